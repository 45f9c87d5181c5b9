import { Annotations, Lazy, RemovalPolicy } from 'aws-cdk-lib';
import type * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import type * as cognito from 'aws-cdk-lib/aws-cognito';
import type * as dynamodb from 'aws-cdk-lib/aws-dynamodb';
import type * as ec2 from 'aws-cdk-lib/aws-ec2';
import type * as ecs from 'aws-cdk-lib/aws-ecs';
import type * as iam from 'aws-cdk-lib/aws-iam';
import type * as lambda from 'aws-cdk-lib/aws-lambda';
import * as logs from 'aws-cdk-lib/aws-logs';
import type * as s3 from 'aws-cdk-lib/aws-s3';
import type * as sns from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';
import type { MachineClient, MachineClientOptions } from './authorization/machine-client';
import { McpEndpoint } from './endpoint/endpoint';
import { McpObservability } from './observability/observability';
import { serverMetric } from './observability/server-metric';
import type { AuthorizationBinding, HostingBinding, StateOptions } from './private/bindings';
import { createBroker, createDocuments } from './private/broker-function';
import { type PolicyDocument, wellKnownPaths } from './private/contract';
import { exchangeScopes } from './private/downstream';
import { fail, failOnProblems } from './private/errors';
import { allowExchange } from './private/exchange-access';
import { createKeyedTable } from './private/keyed-table';
import { letLogsUseKey } from './private/log-group';
import { compilePolicy, groupsOf, policyProblems } from './private/policy';
import { policyWarnings } from './private/policy-warnings';
import { type Callers, idleMachines, unreachableProblems } from './private/reachability';
import { regionsVariable } from './private/region-plan';
import { serverNameOf } from './private/server-name';
import { allowGuard, allowState } from './private/table-access';
import {
  authorizerVariables,
  brokerVariables,
  documentsVariables,
  guardVariables,
  type ServerFacts,
} from './private/variables';
import { describeMachines } from './regions/machines-elsewhere';
import type { SecureMcpServerProps } from './server-props';

/**
 * An MCP server online: a public endpoint, an authorization server, and a guard that lets through only what
 * `access` allows.
 *
 * Grant the server's own code what it needs: `table.grantReadWriteData(server)`.
 *
 * Throws for scopes, rules and addresses that could not work, and says what to write instead.
 *
 * @see https://modelcontextprotocol.io/specification
 */
export class SecureMcpServer extends Construct implements iam.IGrantable, ec2.IConnectable {
  /** The public MCP URL: what a client is given, and the `resource` its tokens are bound to (RFC 8707). */
  public readonly mcpUrl: string;

  /** Address of the protected resource metadata (RFC 9728), with which discovery begins. */
  public readonly resourceMetadataUrl: string;

  /** The issuer that clients see (RFC 8414): the endpoint's own origin, or that of a provider that exists. */
  public readonly issuer: string;

  /** The value of the dimension `Server` in metrics, and the name in audit records. */
  public readonly serverName: string;

  /** The role of the server's own code. */
  public readonly grantPrincipal: iam.IPrincipal;

  /** The user pool; `undefined` where there is none. */
  public readonly userPool?: cognito.IUserPool;

  /** The domain of the login page of a pool that was made for this server; `undefined` for any other. */
  public readonly userPoolDomain?: cognito.UserPoolDomain;

  /** The function that runs the guard and the server; `undefined` where it is not a function. */
  public readonly serverFunction?: lambda.IFunction;

  /** The service that runs the guard and the server; `undefined` where they are a function. */
  public readonly service?: ecs.FargateService;

  /** The broker: the function that is the authorization server clients see; `undefined` where there is none. */
  public readonly brokerFunction?: lambda.IFunction;

  /** What the broker logged; `undefined` where there is none. */
  public readonly brokerLogGroup?: logs.ILogGroup;

  /** The function that answers with the discovery documents: the broker where there is one. */
  public readonly documentsFunction: lambda.IFunction;

  /** What people allowed which clients, and what the broker keeps for a while; `undefined` where there is no broker. */
  public readonly grantsTable?: dynamodb.ITable;

  /** The guard's own table: sessions, exact counters of rate limits, the key that seals what clients carry. */
  public readonly stateTable: dynamodb.ITable;

  /** One audit record for every decision, among the server's own log lines. */
  public readonly auditLogGroup: logs.ILogGroup;

  /** Audit records of the tokens that a REST API's authorizer refused; `undefined` with an HTTP API, which keeps none. */
  public readonly authorizerLogGroup?: logs.ILogGroup;

  /** One line for every request that reached the endpoint. */
  public readonly accessLogGroup: logs.ILogGroup;

  /** Where alarms go; `undefined` where there are none. */
  public readonly alarmTopic?: sns.ITopic;

  /** The alarms of this server; none where they are switched off. Those of `serviceAlarm` call nobody themselves. */
  public readonly alarms: cloudwatch.Alarm[];

  /** Goes off when callers are served badly, in whatever way; what a deployment rolls back on. `undefined` without alarms. */
  public readonly serviceAlarm?: cloudwatch.CompositeAlarm;

  /** Where audit records are kept unchangeable; `undefined` where that was not asked for. */
  public readonly auditArchive?: s3.IBucket;

  /** What a person on call looks at; `undefined` where it is switched off. */
  public readonly dashboard?: cloudwatch.Dashboard;

  /** @internal */
  public readonly _gradual: boolean;

  private readonly authorization: AuthorizationBinding;
  private readonly hosted: HostingBinding;
  private readonly machineClients = new Map<string, MachineClient>();
  private readonly probeClientIds: readonly string[];

  public constructor(scope: Construct, id: string, props: SecureMcpServerProps) {
    super(scope, id);
    failOnProblems(this, policyProblems(props));
    const policy = compilePolicy(props);
    const state = stateOptions(this, props);
    if (state.encryptionKey) letLogsUseKey(this, state.encryptionKey);
    this.serverName = serverNameOf(this, props.serverName);

    const contextHeaders = policy.contextHeaders?.map(({ header }) => header) ?? [];
    const endpointContext = { serverName: this.serverName, contextHeaders, state };
    const endpoint = (props.endpoint ?? McpEndpoint.httpApi())._bind(this, endpointContext);
    this.mcpUrl = `${endpoint.origin}${endpoint.path}`;
    this.resourceMetadataUrl = `${endpoint.origin}${wellKnownPaths(endpoint.path)[0]}`;
    this.accessLogGroup = endpoint.accessLogGroup;

    this.authorization = props.authorization._bind(this, {
      serverName: this.serverName,
      origin: endpoint.origin,
      mcpUrl: this.mcpUrl,
      scopes: props.scopes,
      groups: groupsOf(policy),
      exchangeScopes: exchangeScopes(props.downstream),
      state,
    });
    this.userPool = this.authorization.userPool;
    this.userPoolDomain = this.authorization.userPoolDomain;
    const { broker, provider } = this.authorization;
    this.issuer = broker ? endpoint.origin : this.authorization.tokenIssuer;
    this.grantsTable = broker?.table;

    this.stateTable = createKeyedTable(this, 'State', state);

    const facts: ServerFacts = {
      serverName: this.serverName,
      displayName: props.displayName ?? id,
      mcpUrl: this.mcpUrl,
      resourceMetadataUrl: this.resourceMetadataUrl,
      scopes: props.scopes,
      initialScopes: props.initialScopes ?? policy.scopes.slice(0, 1),
      endpoint,
      authorization: this.authorization,
      stateTable: this.stateTable,
      regions: state.region && regionsVariable(this, state.region),
      machineClientIds: () => this.machineClientIds(),
    };
    const observability = props.observability ?? McpObservability.standard();
    const tracing = observability._tracing(this);
    const hosting = props.hosting._bind(this, {
      environment: { ...guardVariables(facts), ...props.output?._environment(), ...tracing.environment },
      policy,
      serverName: this.serverName,
      endpoint,
      userPool: this.userPool,
      state,
      collector: tracing.collector,
      remoteOtlp: tracing.remoteOtlp,
    });
    this.hosted = hosting;
    this._gradual = hosting.gradual;
    describeMachines(hosting, this.authorization);
    this.serverFunction = hosting.target.kind === 'function' ? hosting.target.function : undefined;
    this.service = hosting.service;
    this.grantPrincipal = hosting.role.grantPrincipal;
    this.auditLogGroup = hosting.logGroup;
    if (broker) allowGuard(hosting.role, broker, state);
    allowState(hosting.role, this.stateTable, state);
    allowExchange(hosting.role, this.authorization);
    props.output?._grant(hosting.role);
    const brokerHosting = broker && createBroker(this, broker, brokerVariables(facts, broker), state);
    this.brokerFunction = brokerHosting?.function;
    this.brokerLogGroup = brokerHosting?.logGroup;
    this.documentsFunction =
      brokerHosting?.function ?? createDocuments(this, documentsVariables(facts), state).function;

    const connected = endpoint.connect({
      server: hosting.target,
      documents: this.documentsFunction,
      broker: this.brokerFunction,
      registration: broker?.registrations.dynamic !== undefined,
      tokenIssuer: this.authorization.tokenIssuer,
      provider,
      audience: provider
        ? [provider.audience]
        : Lazy.list({ produce: () => [this.mcpUrl, ...this.machineClientIds()] }),
      scopes: provider?.gatewayScopes ?? policy.scopes.map((name) => `${this.authorization.scopePrefix}${name}`),
      authorizerEnvironment: authorizerVariables(facts),
      laterScopes: policy.scopes.filter((name) => !facts.initialScopes.includes(name)),
    });
    this.authorizerLogGroup = connected.authorizerLogGroup;
    const watched = observability._bind(this, {
      serverName: this.serverName,
      server: hosting,
      broker: this.brokerFunction,
      endpoint: endpoint.metrics,
      tables: [...(broker ? [{ name: 'grants', table: broker.table }] : []), { name: 'state', table: this.stateTable }],
      logGroups: {
        server: this.auditLogGroup,
        authorizer: this.authorizerLogGroup,
        broker: this.brokerLogGroup,
        access: this.accessLogGroup,
      },
      state,
    });
    this.alarmTopic = watched.topic;
    this.alarms = [...watched.alarms];
    this.serviceAlarm = watched.service;
    this.auditArchive = watched.auditArchive;
    hosting.rollbackOn?.(this.alarms);
    this.dashboard = watched.dashboard;
    this.probeClientIds =
      props.region?._watch(this, {
        ...facts,
        state,
        authorization: this.authorization,
        access: props.access,
        topic: this.alarmTopic,
      }) ?? [];
    this.checkWhenComplete(policy);
  }

  /**
   * The network connections of the server. Throws if it is not in a VPC.
   */
  public get connections(): ec2.Connections {
    return this.hosted.connections ?? fail(this, 'the server is not in a VPC: give `vpc` to its hosting');
  }

  /**
   * Adds a client that signs in as itself (client credentials, RFC 6749 §4.4) and is accepted by this server
   * alone, with the given scopes at most.
   *
   * Throws for an id that exists, for scopes the server does not declare, and, in a user pool, above 49 clients.
   *
   * @param id name of the client, also of its app client in the user pool; with a provider that exists, its client id
   * there unless `clientId` says otherwise
   */
  public addMachineClient(id: string, options: MachineClientOptions): MachineClient {
    const client = this.authorization.addMachineClient(id, options);
    this.machineClients.set(id, client);
    return client;
  }

  /**
   * Requests the guard refused: no valid token, missing scope or group, or nothing a rule names.
   *
   * @default - the sum over five minutes
   */
  public metricRefusals(options?: cloudwatch.MetricOptions): cloudwatch.Metric {
    return serverMetric('Refusals', this.serverName, 'Sum', options);
  }

  /**
   * Time from the guard's receipt of a request to its answer, in milliseconds.
   *
   * @default - the average over five minutes
   */
  public metricLatency(options?: cloudwatch.MetricOptions): cloudwatch.Metric {
    return serverMetric('Latency', this.serverName, 'Average', options);
  }

  /**
   * Requests that ended in an error of the server's own.
   *
   * @default - the sum over five minutes
   */
  public metricErrors(options?: cloudwatch.MetricOptions): cloudwatch.Metric {
    return serverMetric('Errors', this.serverName, 'Sum', options);
  }

  private machineClientIds(): string[] {
    return [...[...this.machineClients.values()].map((client) => client.clientId), ...this.probeClientIds];
  }

  /** Machine clients come after the constructor, so what depends on them is checked at synth. */
  private checkWhenComplete(policy: PolicyDocument): void {
    const callers = (): Callers => ({
      users: this.authorization.userClientIds.length > 0,
      machines: [...this.machineClients].map(([machine, { scopes }]) => ({ id: machine, scopes })),
    });
    for (const { id, text } of policyWarnings(policy)) Annotations.of(this).addWarningV2(id, text);
    this.node.addValidation({
      validate: () => {
        for (const machine of idleMachines(policy, callers())) {
          const text = `machine client '${machine}' can call nothing: no rule without groups is met by its scopes`;
          Annotations.of(this).addWarningV2(`cdk-mcp:idleMachineClient:${machine}`, text);
        }
        return unreachableProblems(policy, callers());
      },
    });
  }
}

function stateOptions(scope: Construct, props: SecureMcpServerProps): StateOptions {
  return {
    removalPolicy: props.removalPolicy ?? RemovalPolicy.RETAIN,
    logRetention: props.logRetention ?? logs.RetentionDays.ONE_YEAR,
    encryptionKey: props.encryptionKey,
    region: props.region?._join(scope),
  };
}
