/**
 * The contract between deploy time (lib/) and run time (lambda/): the names of the environment
 * variables and the shape of the policy document. Both sides import this file and nothing of each
 * other; it imports nothing itself. A runtime refuses a version it does not know, so raise the version
 * with every change an older runtime would misread.
 */

export const CONTRACT_VERSION = '2';

/** Where a template holds a policy that is too large for a variable, compressed: for those who compare templates. */
export const POLICY_METADATA = 'cdk-mcp:policy';

/** Where it says which machine clients another template makes for this guard, as an object: their scopes by their names. */
export const MACHINES_METADATA = 'cdk-mcp:machine-clients';

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
  /** Headers that pages of those origins may send, comma-separated; absent: the endpoint answers for them itself. */
  cors: 'MCP_CORS',
  /** Table of the broker's grants, or `none` where the provider has no broker and tokens live until they expire. */
  grants: 'MCP_GRANTS_TABLE',
  /** The guard's own table: sessions, exact rate counters, the key that seals what clients carry; `none`: without. */
  state: 'MCP_STATE_TABLE',
  /** `<id>:<version>` of the Bedrock guardrail; present where the policy asks for moderation. */
  guardrail: 'MCP_GUARDRAIL',
  /** `client_id` with which tokens for downstream services are exchanged; absent: there are none. */
  exchangeClient: 'MCP_EXCHANGE_CLIENT',
  /** JSON `TokenProfile`; absent: tokens are as Cognito issues them. */
  tokenProfile: 'MCP_TOKEN_PROFILE',
  /** JSON `TracingSettings`; absent: no traces. */
  tracing: 'MCP_TRACING',
  /** `<region>=<origin of its tables>`, comma-separated, the primary first; absent: the server stands in one region. */
  regions: 'MCP_REGIONS',
} as const;

/** Variables of a guard that runs as a container, beside those of `GuardVariable`. */
export const SidecarVariable = {
  /** Where the server behind the guard listens: `http`, loopback, with its path. */
  upstream: 'MCP_UPSTREAM',
  /** Port the guard listens on, at all addresses of the task. */
  port: 'MCP_PORT',
  /** Seconds that running calls have to end once the task is told to stop. */
  drainSeconds: 'MCP_DRAIN_SECONDS',
  /** Seconds that a call may take: what is in front of the guard waits a little longer. */
  answerSeconds: 'MCP_ANSWER_SECONDS',
  /**
   * `true` where the endpoint hands answers on as they are written. Otherwise, or absent, clients see an answer when it
   * is whole: nothing may stay open that has no end of its own.
   */
  streams: 'MCP_STREAMS',
  /**
   * The header in which the endpoint's id of a request comes: it is in the access log, and so becomes that of the audit
   * record. Absent where the endpoint writes none, and clients could.
   */
  requestIdHeader: 'MCP_REQUEST_ID_HEADER',
} as const;

/** The header in which an endpoint hands over its id of a request, over whatever a client sent under that name. */
export const REQUEST_ID_HEADER = 'x-mcp-request-id';

/** Port of a guard in a container, and the path where it says without a token whether it is ready. */
export const GUARD_PORT = 8080;
export const HEALTH_PATH = '/health';

/**
 * How the server behind a guard in a container learns who calls: headers that the guard alone can set. What a header
 * cannot carry is percent-encoded as UTF-8, as are `%` and `,`; what a list holds is encoded before it is joined.
 */
export const PrincipalHeader = {
  /** `user` or `machine`. */
  kind: 'x-mcp-principal-kind',
  /** The token's `sub`. */
  id: 'x-mcp-principal-id',
  /** The OAuth client. */
  client: 'x-mcp-principal-client',
  /** Comma-separated; empty: none. */
  groups: 'x-mcp-principal-groups',
  /** Of this server, unqualified, separated by spaces. */
  scopes: 'x-mcp-principal-scopes',
} as const;
/** How calls are traced. */
export interface TracingSettings {
  /** Share of the traces, 0 to 1, that is recorded where no caller decided; absent: as the platform decides. */
  readonly ratio?: number;
  /** False: callers do not say to which trace a call belongs. */
  readonly clients?: boolean;
}

/** How access tokens of a provider that is not Cognito are read. */
export interface TokenProfile {
  /** What `aud` must name; absent: the MCP URL. */
  readonly audience?: string;
  /** What `aud` may name beside it. */
  readonly otherAudiences?: readonly string[];
  /** Accepted `typ` of the header, lower case, without `application/`; `none`: a header without it. */
  readonly types: readonly string[];
  /** Accepted `alg` of the header. */
  readonly algorithms: readonly string[];
  /** Name of the claim that holds the client id. */
  readonly clientClaim: string;
  /** Name of the claim that holds the scopes, as a text with spaces or a list. */
  readonly scopeClaim: string;
  /** The same for machine clients; absent: `scopeClaim`. */
  readonly machineScopeClaim?: string;
  /** What precedes a scope's name in that claim; absent: the same as on the wire. */
  readonly scopePrefix?: string;
  /** Name of the claim that is a user's id; absent: `sub`. */
  readonly subjectClaim?: string;
  /** Name of the claim that lists a user's groups; absent: nobody has groups. */
  readonly groupsClaim?: string;
  /** Claims that must have exactly these values. */
  readonly requiredClaims?: Readonly<Record<string, string>>;
  /** Scopes, unqualified, that each machine client may use at most, by its id. */
  readonly machineScopes: Readonly<Record<string, readonly string[]>>;
}

/** Stands in `MCP_USER_CLIENTS` where every client of the provider may sign users in. */
export const ANY_CLIENT = '*';

/** Variables of the function that answers with the discovery document where there is no broker. */
export const DocumentsVariable = {
  contract: 'MCP_CONTRACT',
  resource: 'MCP_RESOURCE',
  resourceName: 'MCP_RESOURCE_NAME',
  /** Issuer of the provider, to the letter. */
  authorizationServer: 'MCP_AUTHORIZATION_SERVER',
  scopePrefix: 'MCP_SCOPE_PREFIX',
  initialScopes: 'MCP_INITIAL_SCOPES',
  allowedOrigins: 'MCP_ALLOWED_ORIGINS',
  cors: 'MCP_CORS',
} as const;

/** Variables of the Lambda authorizer of a REST API: what of the guard's it takes to judge a token. */
export const AuthorizerVariable = {
  contract: 'MCP_CONTRACT',
  server: 'MCP_SERVER',
  resource: 'MCP_RESOURCE',
  tokenIssuer: 'MCP_TOKEN_ISSUER',
  jwksUri: 'MCP_JWKS_URI',
  scopePrefix: 'MCP_SCOPE_PREFIX',
  userClients: 'MCP_USER_CLIENTS',
  machineClients: 'MCP_MACHINE_CLIENTS',
  tokenProfile: 'MCP_TOKEN_PROFILE',
  /** Declared scopes, unqualified, space-separated. */
  scopes: 'MCP_SCOPES',
} as const;

/** Variables of the broker: the function that is the OAuth authorization server clients see. */
export const BrokerVariable = {
  contract: 'MCP_CONTRACT',
  /** Name of this server in metrics and log records. */
  server: 'MCP_SERVER',
  resource: 'MCP_RESOURCE',
  /** Human-readable name of the resource (`resource_name`), on the consent page too. */
  resourceName: 'MCP_RESOURCE_NAME',
  /** The authorization server's issuer that clients see: the endpoint's own origin, no trailing slash. */
  issuer: 'MCP_ISSUER',
  /** What precedes a scope's name on the wire, separator included. */
  scopePrefix: 'MCP_SCOPE_PREFIX',
  /** JSON object: each scope, unqualified, in the order it was declared, and what it allows in words. */
  scopes: 'MCP_SCOPES',
  /** Initial scopes, unqualified, space-separated: what a client gets that asks for nothing. */
  initialScopes: 'MCP_INITIAL_SCOPES',
  /** `iss` of the access tokens that Cognito issues. */
  tokenIssuer: 'MCP_TOKEN_ISSUER',
  jwksUri: 'MCP_JWKS_URI',
  /** The one app client that the broker itself is, in front of Cognito. */
  upstreamClient: 'MCP_UPSTREAM_CLIENT',
  /** ARN of the secret that holds that client's secret, as plain text. */
  upstreamSecret: 'MCP_UPSTREAM_SECRET',
  upstreamAuthorize: 'MCP_UPSTREAM_AUTHORIZE',
  upstreamToken: 'MCP_UPSTREAM_TOKEN',
  upstreamRevoke: 'MCP_UPSTREAM_REVOKE',
  /** `client_id`s whose client_credentials requests are forwarded, comma-separated. */
  machineClients: 'MCP_MACHINE_CLIENTS',
  /** Name of the table of transactions, codes, grants and registrations. */
  table: 'MCP_GRANTS_TABLE',
  /** JSON `ClientRegistrations`: which clients may sign users in, and how they become known. */
  clients: 'MCP_CLIENTS',
  /** Seconds after which a grant ends, however often it was refreshed. */
  grantSeconds: 'MCP_GRANT_SECONDS',
  /** JSON `Branding` of the pages; may be absent. */
  branding: 'MCP_BRANDING',
  /** Seconds for which an approval is remembered; absent: never. */
  rememberConsent: 'MCP_REMEMBER_CONSENT',
  /** Browser origins that may call the server, comma-separated; absent: public answers say `*`. */
  allowedOrigins: 'MCP_ALLOWED_ORIGINS',
  cors: 'MCP_CORS',
  /** As the guard's. */
  regions: 'MCP_REGIONS',
} as const;

/** Variables of the function that asks, every minute, whether the server of its region answers. */
export const ProbeVariable = {
  contract: 'MCP_CONTRACT',
  server: 'MCP_SERVER',
  resource: 'MCP_RESOURCE',
  resourceMetadata: 'MCP_RESOURCE_METADATA',
  /** Host name of this region's endpoint: the one of `resource` may lead to another region. */
  address: 'MCP_PROBE_ADDRESS',
  tokenEndpoint: 'MCP_TOKEN_ENDPOINT',
  /** The machine client it calls as; absent: it has no token, and expects to be asked for one. */
  client: 'MCP_PROBE_CLIENT',
  /** Name or ARN of the secret that holds that client's secret, as plain text. */
  secret: 'MCP_PROBE_SECRET',
  /** As on the wire. */
  scope: 'MCP_PROBE_SCOPE',
} as const;

/** The ways in which a client may become known. */
export interface ClientRegistrations {
  readonly preRegistered?: readonly PreRegisteredClient[];
  /** Client ID metadata documents from these hosts, compared exactly. */
  readonly metadataDocuments?: { readonly allowedHosts: readonly string[] };
  /** RFC 7591; absent: off. */
  readonly dynamic?: {
    /** Registrations that one source address may make in an hour. */
    readonly perSourcePerHour: number;
    /** Registrations of all sources together in a day. */
    readonly perDay: number;
    /** Seconds that a registration lives which nobody has signed in with. */
    readonly unusedSeconds: number;
  };
}

export interface PreRegisteredClient {
  readonly id: string;
  readonly name: string;
  readonly redirectUris: readonly string[];
  /** SHA-256 of the secret in hex; absent: a public client. */
  readonly secretHash?: string;
}

/** What a company puts on the pages. */
export interface Branding {
  readonly serviceName?: string;
  /** `#rrggbb`. */
  readonly color?: string;
  /** https or mailto. */
  readonly supportUrl?: string;
}

/**
 * Keys of the table. The guard may read items whose key begins with `grant`, and nothing else
 * (`dynamodb:LeadingKeys`): tool code shares its role.
 */
export const TableKey = {
  /** Partition key attribute, a string; there is no sort key. */
  attribute: 'pk',
  /** Time-to-live attribute, seconds since the epoch. */
  expires: 'expires',
  /** Prefix of grants; the rest is the `origin_jti` of the grant's tokens. */
  grant: 'GRANT#',
  /** Prefix of the marks of ended grants, where there are several regions: no later write of a grant undoes one. */
  ended: 'GRANT#ENDED#',
} as const;

/** Keys of the guard's own table; same attributes as `TableKey`. */
export const StateKey = {
  session: 'SESSION#',
  rate: 'RATE#',
  /** The key, made by the first instance that needs it, that seals what clients carry between instances. */
  seal: 'SEAL#',
} as const;

/**
 * What is measured: names in CloudWatch, in one namespace, with the dimension `Server` and where it says so one more.
 * Written into the log lines of guard and broker (embedded metric format), read by dashboard and alarms.
 */
export const Metric = {
  namespace: 'cdk-mcp',
  /** Messages the guard decided on. */
  calls: 'Calls',
  /** Milliseconds from receipt to answer; by `Tool` too. */
  latency: 'Latency',
  /** Answers that report a failure; by `Tool` too. None that a caller can bring about by what it asks for. */
  errors: 'Errors',
  /** Errors that are answers: what is not there, what a tool says no to. */
  declined: 'Declined',
  /** Refused messages; by `Reason` too. */
  refusals: 'Refusals',
  /** Secrets and personal data taken out of answers. */
  redactions: 'Redactions',
  /** Tools that ask for credentials, once for each process that found one. */
  withheld: 'Withheld',
  /** Resident memory of the process, in megabytes. */
  memory: 'Memory',
  /** Signatures of tokens that were verified: a token counts once in a process, however often it is presented. */
  tokensVerified: 'TokensVerified',
  /** Milliseconds that a call waited for the event loop, looked at once a second at most. */
  eventLoopDelay: 'EventLoopDelay',
  /** Requests the broker could not serve: the provider, a table or its own code failed. */
  brokerFailures: 'BrokerFailures',
  /** Codes and refresh tokens presented again: stolen, or a client that retries late. */
  grantReplays: 'GrantReplays',
  /** 1 where a region's server answered, 0 where it did not. */
  health: 'Health',
  /** 1 where the region gave its probe a token, 0 where it did not; nothing where the probe has no client. */
  signIn: 'SignIn',
} as const;

/** Dimensions of `Metric`. */
export const Dimension = { server: 'Server', reason: 'Reason', tool: 'Tool' } as const;

/**
 * Who may see and call what, and what may leave. Scopes are unqualified; no value is known only at deploy time.
 * What is absent has the guard's default.
 */
export interface PolicyDocument {
  readonly version: 1;
  /** Every scope this server declares. */
  readonly scopes: readonly string[];
  readonly rules: readonly PolicyRule[];
  readonly limits?: LimitRules;
  readonly outputs?: OutputRules;
  readonly rateLimits?: readonly RateLimitRule[];
  readonly contextHeaders?: readonly ContextHeaderRule[];
  /** Absent: the server is stateless. */
  readonly sessions?: { readonly seconds: number };
  /** What tool code may ask tokens for. */
  readonly downstream?: readonly DownstreamRule[];
}

/** Bounds on one call. */
export interface LimitRules {
  readonly bodyBytes?: number;
  readonly depth?: number;
  readonly arrayLength?: number;
  readonly stringLength?: number;
  /** Calls that one instance works on at a time. */
  readonly concurrency?: number;
  /** Milliseconds a tool may take, by name; `*` at the end matches the rest, the longest match decides. */
  readonly toolMs?: Readonly<Record<string, number>>;
  /** Whether arguments may have properties that the tool's schema does not name. */
  readonly unknownProperties?: boolean;
}

/** What may leave the server. */
export interface OutputRules {
  /** Absent: secrets are redacted. */
  readonly secrets?: boolean;
  /** Classes of personal data that are redacted. */
  readonly personalData?: readonly string[];
  /** Bytes of one message. */
  readonly bytes?: number;
  /** URI schemes that resource links may have, without `:`. */
  readonly linkSchemes?: readonly string[];
  /** Absent: no moderation. `open`: pass when the guardrail cannot be asked. */
  readonly moderation?: { readonly onFailure: 'closed' | 'open' };
}

/** Calls of tools in a window, per principal. */
export interface RateLimitRule {
  readonly calls: number;
  readonly seconds: number;
  /** Counted together; `*` at the end of a name matches the rest; absent: every tool. */
  readonly tools?: readonly string[];
  /** Each tool is counted by itself. */
  readonly eachTool?: boolean;
  /** One count for all instances, in the state table; otherwise each instance counts what it sees. */
  readonly exact: boolean;
}

/** A header that addresses something the token must be for. */
export interface ContextHeaderRule {
  /** Lower case. */
  readonly header: string;
  readonly claim: string;
  readonly required: boolean;
}

/** A service behind a tool that takes tokens of its own. */
export interface DownstreamRule {
  readonly audience: string;
  /** Of this server's, unqualified: a derived token holds no scope that the caller's lacks. */
  readonly scopes: readonly string[];
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
  return [...resourceMetadataPaths(path), '/.well-known/oauth-authorization-server'];
}

/** Those of the resource alone: all there are where another's authorization server issues the tokens. */
export function resourceMetadataPaths(path: string): readonly string[] {
  return [`/.well-known/oauth-protected-resource${path}`, '/.well-known/oauth-protected-resource'];
}

/** The broker's own routes: method and path. `register` exists only where dynamic registration is on. */
export const BrokerRoute = {
  authorize: 'GET /oauth2/authorize',
  consent: 'POST /oauth2/consent',
  callback: 'GET /oauth2/callback',
  token: 'POST /oauth2/token',
  revoke: 'POST /oauth2/revoke',
  register: 'POST /oauth2/register',
} as const;
