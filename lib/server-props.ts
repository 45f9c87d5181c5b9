import type { RemovalPolicy } from 'aws-cdk-lib';
import type * as kms from 'aws-cdk-lib/aws-kms';
import type * as logs from 'aws-cdk-lib/aws-logs';
import type { AccessRule } from './access';
import type { McpAuthorization } from './authorization/authorization';
import type { CallLimits } from './call-limits';
import type { ContextHeader } from './context-header';
import type { DownstreamService } from './downstream-service';
import type { McpEndpoint } from './endpoint/endpoint';
import type { McpHosting } from './hosting/hosting';
import type { McpObservability } from './observability/observability';
import type { OutputPolicy } from './output-policy';
import type { RateLimit } from './rate-limit';
import type { McpRegion } from './regions/region';
import type { McpSessions } from './sessions';

/** An MCP server, who may use it, and how it is kept. */
export interface SecureMcpServerProps {
  /**
   * Where the server runs.
   */
  readonly hosting: McpHosting;

  /**
   * Who issues the tokens it accepts.
   */
  readonly authorization: McpAuthorization;

  /**
   * Every scope of this server and what it allows, in words people read when they consent. Names have no `/` and no
   * space; on the wire the MCP URL precedes them.
   */
  readonly scopes: { [name: string]: string };

  /**
   * Who may see and call what; what no rule names is neither listed nor callable.
   */
  readonly access: AccessRule[];

  /**
   * What a client gets that asks for nothing, and what discovery recommends. Clients obtain more when a call
   * needs it.
   *
   * @default - the first of `scopes`
   */
  readonly initialScopes?: string[];

  /**
   * Bounds on one call: bytes, depth, time by tool, calls at once.
   *
   * @default - as `CallLimits` says
   */
  readonly limits?: CallLimits;

  /**
   * What may leave the server.
   *
   * @default - secrets are redacted, a message has 4 MiB at most
   */
  readonly output?: OutputPolicy;

  /**
   * How often a caller may call tools; discovery is never limited by these.
   *
   * @default - 300 calls in a minute for each principal, counted by each instance for itself
   */
  readonly rateLimits?: RateLimit[];

  /**
   * Headers that address a project, an environment or a tenant, each checked against a claim of the token.
   *
   * @default - none
   */
  readonly contextHeaders?: ContextHeader[];

  /**
   * Whether the server keeps sessions.
   *
   * @default McpSessions.stateless()
   */
  readonly sessions?: McpSessions;

  /**
   * Services for which tools may get tokens of their own, by `principal.tokenFor(audience)`.
   *
   * @default - none
   */
  readonly downstream?: DownstreamService[];

  /**
   * How the server is reached.
   *
   * @default McpEndpoint.httpApi()
   */
  readonly endpoint?: McpEndpoint;

  /**
   * How the server is watched.
   *
   * @default McpObservability.standard() - alarms to a topic of its own, a dashboard, saved queries
   */
  readonly observability?: McpObservability;

  /**
   * The name in metrics, audit records and the API's title: up to 64 letters, digits and `._-`.
   *
   * @default - the construct's path, with `-` for `/`
   */
  readonly serverName?: string;

  /**
   * The name people see on the consent page, `resource_name` in the discovery documents.
   *
   * @default - the construct's id
   */
  readonly displayName?: string;

  /**
   * What happens to users, groups, grants and logs when the server is taken out of its stack. With DESTROY the user
   * pool and the table of grants have no deletion protection either.
   *
   * @default RemovalPolicy.RETAIN
   */
  readonly removalPolicy?: RemovalPolicy;

  /**
   * How long access logs, audit records and the functions' logs are kept.
   *
   * @default logs.RetentionDays.ONE_YEAR
   */
  readonly logRetention?: logs.RetentionDays;

  /**
   * A key for the log groups, the table of grants and the broker's client secret. CloudWatch Logs is allowed to use
   * it, by its key policy; for an imported key that policy is not changed, and synth warns.
   *
   * @default - a key of AWS
   */
  readonly encryptionKey?: kms.IKey;

  /**
   * Which region of a `McpGlobalServer` this server is: its state is replicated, and its tokens are good in all.
   *
   * @default - the server stands in one region
   */
  readonly region?: McpRegion;
}
