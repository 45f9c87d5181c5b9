/**
 * A header that addresses something (a project, an environment, a tenant) for which the caller's token must have been
 * issued. A value that is not the claim's is answered with 403; the value reaches tools as `principal.context`.
 */
export interface ContextHeader {
  /**
   * The header's name.
   */
  readonly header: string;

  /**
   * The claim of the access token that holds the value, or a list of the values, that the caller may address.
   */
  readonly claim: string;

  /**
   * Whether a request without the header is refused.
   *
   * @default true
   */
  readonly required?: boolean;
}
