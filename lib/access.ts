/**
 * Who may see and call some tools, prompts or resources. What no rule names is neither listed nor callable.
 *
 * The caller must hold **all** `scopes` and, where `groups` are given, belong to **at least one** of them.
 * Machine clients belong to no group, so a rule with groups is for people only.
 * No two rules may match the same name. A rule does not make a tool exist: the server registers tools.
 */
export interface AccessRule {
  /**
   * Names of tools; a `*` at the end matches the rest of a name.
   *
   * @default - this rule names no tools
   */
  readonly tools?: string[];

  /**
   * Names of prompts; a `*` at the end matches the rest of a name.
   *
   * @default - this rule names no prompts
   */
  readonly prompts?: string[];

  /**
   * Absolute resource URIs or URI templates as the server registers them; a `*` at the end matches the rest,
   * so `notes://note/*` covers the template `notes://note/{id}` and everything read through it.
   *
   * @default - this rule names no resources
   */
  readonly resources?: string[];

  /**
   * Scopes the caller needs, all of them, as they are named in `scopes`.
   */
  readonly scopes: string[];

  /**
   * Groups of which the caller needs one. A user pool created here gets these groups;
   * who belongs to them is decided in the pool.
   *
   * @default - no group is needed
   */
  readonly groups?: string[];
}
