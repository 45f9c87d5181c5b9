/**
 * The contract between deploy time (lib/) and run time (lambda/): the names of the environment
 * variables and the shape of the policy document. Both sides import this file and nothing of each
 * other; it imports nothing itself. A runtime refuses a version it does not know, so raise the version
 * with every change an older runtime would misread.
 */

export const CONTRACT_VERSION = '1';

/** Variables of the function (or container) that runs the guard and the MCP server. */
export const GuardVariable = {
  /** `CONTRACT_VERSION` of the constructs that wrote the others. */
  contract: 'MCP_CONTRACT',
  /** Name of this server in metrics and audit records. */
  server: 'MCP_SERVER',
  /** The public MCP URL, path included: the `resource` (RFC 8707) a user token's `aud` must equal. */
  resource: 'MCP_RESOURCE',
  /** Address of the protected resource metadata (RFC 9728), sent in every challenge. */
  resourceMetadata: 'MCP_RESOURCE_METADATA',
  /** `iss` of the access tokens. */
  tokenIssuer: 'MCP_TOKEN_ISSUER',
  /** Where the issuer's signing keys are. */
  jwksUri: 'MCP_JWKS_URI',
  /** What precedes a scope's name on the wire, separator included; may be empty. */
  scopePrefix: 'MCP_SCOPE_PREFIX',
  /** `client_id`s whose user tokens are accepted, comma-separated. */
  userClients: 'MCP_USER_CLIENTS',
  /** `client_id`s whose machine tokens (client_credentials) are accepted, comma-separated. */
  machineClients: 'MCP_MACHINE_CLIENTS',
  /** The policy document: JSON, or `gzip:` followed by base64, or `file:` followed by a path in the bundle. */
  policy: 'MCP_POLICY',
  /** Browser origins that may call the server, comma-separated; may be absent. */
  allowedOrigins: 'MCP_ALLOWED_ORIGINS',
} as const;

/** Variables of the function that answers the public discovery documents. */
export const BrokerVariable = {
  contract: 'MCP_CONTRACT',
  resource: 'MCP_RESOURCE',
  /** Human-readable name of the resource (`resource_name`). */
  resourceName: 'MCP_RESOURCE_NAME',
  /** The authorization server's issuer that clients see: the endpoint's own origin, no trailing slash. */
  issuer: 'MCP_ISSUER',
  /** Initial scopes as they are on the wire, space-separated: what a client gets that asks for nothing. */
  initialScopes: 'MCP_INITIAL_SCOPES',
  /** All scopes of this server as they are on the wire, space-separated. */
  scopes: 'MCP_SCOPES',
  authorizationEndpoint: 'MCP_AUTHORIZATION_ENDPOINT',
  tokenEndpoint: 'MCP_TOKEN_ENDPOINT',
  revocationEndpoint: 'MCP_REVOCATION_ENDPOINT',
  /** Browser origins that may call the server, comma-separated; absent: the documents answer `*`. */
  allowedOrigins: 'MCP_ALLOWED_ORIGINS',
} as const;

/** Who may see and call what. Scopes are unqualified; no value is known only at deploy time. */
export interface PolicyDocument {
  readonly version: 1;
  /** Every scope this server declares. */
  readonly scopes: readonly string[];
  readonly rules: readonly PolicyRule[];
}

/** One rule: the caller needs all scopes and, where groups are given, one of them. */
export interface PolicyRule {
  /** Tool names; `*` at the end matches the rest. */
  readonly tools?: readonly string[];
  /** Prompt names; `*` at the end matches the rest. */
  readonly prompts?: readonly string[];
  /** Resource URIs (or URI templates, as declared); `*` at the end matches the rest. */
  readonly resources?: readonly string[];
  readonly scopes: readonly string[];
  readonly groups?: readonly string[];
}

/** The public well-known routes (RFC 9728 §3.1, RFC 8414 §3), `path` being the MCP URL's path. */
export function wellKnownPaths(path: string): readonly string[] {
  return [
    `/.well-known/oauth-protected-resource${path}`,
    '/.well-known/oauth-protected-resource',
    '/.well-known/oauth-authorization-server',
  ];
}
