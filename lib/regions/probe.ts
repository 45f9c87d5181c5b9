import { Annotations, Duration, RemovalPolicy, SecretValue } from 'aws-cdk-lib';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import type * as cognito from 'aws-cdk-lib/aws-cognito';
import * as events from 'aws-cdk-lib/aws-events';
import * as targets from 'aws-cdk-lib/aws-events-targets';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import * as secretsmanager from 'aws-cdk-lib/aws-secretsmanager';
import type * as sns from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';
import type { AccessRule } from '../access';
import { serverMetric } from '../observability/server-metric';
import { acknowledgeClientSecret, acknowledgeLostProbes } from '../private/acknowledgements';
import { assetPath } from '../private/assets';
import type { AuthorizationBinding, StateOptions } from '../private/bindings';
import { BrokerRoute, CONTRACT_VERSION, Metric, ProbeVariable } from '../private/contract';
import { fail } from '../private/errors';
import { LeastPrivilegeFunction } from '../private/least-privilege-function';
import { isPrimary, type RegionPlan, sharedName } from '../private/region-plan';
import { allowSecret } from '../private/table-access';
import type { ServerFacts } from '../private/variables';
import { sharedSecret } from './shared-facts';

/** The server of one region, as it is watched. */
export interface WatchedServer
  extends Pick<ServerFacts, 'serverName' | 'mcpUrl' | 'resourceMetadataUrl' | 'scopes' | 'endpoint'> {
  readonly state: StateOptions;
  readonly authorization: AuthorizationBinding;
  readonly access: readonly AccessRule[];
  /** Where alarms go. */
  readonly topic?: sns.ITopic;
}

export interface Probe {
  readonly alarm: cloudwatch.Alarm;
  /** Machine clients that the guard must let in beside the server's own. */
  readonly clientIds: readonly string[];
}

/** Name of the machine client with which every region calls itself. */
const CLIENT = 'region-probe';

/** A token for each minute would be paid for; this one is kept in the function's memory alone. */
const TOKEN_LIFETIME = Duration.hours(1);

/**
 * Asks the server of this region every minute, as a client does: with a token of its own, through gateway, authorizer
 * and guard. The alarm of what it found is what Route 53 goes by, so there is no route that answers without a token.
 */
export function createProbe(parent: Construct, server: WatchedServer): Probe {
  const { region } = server.state;
  const scope = new Construct(parent, 'Probe');
  const { regionalName, domain } = server.endpoint;
  if (region === undefined || regionalName === undefined || domain?.routing === undefined) {
    fail(scope, 'a server of several regions has one host name: give `region.endpointDomain(...)` to its endpoint');
  }
  const caller = server.authorization.broker && probeClient(scope, region, server);
  if (caller === undefined) warnOfAnonymousProbe(scope);
  const { function: handler, role } = new LeastPrivilegeFunction(scope, 'Probe', {
    code: lambda.Code.fromAsset(assetPath(scope, 'probe')),
    handler: 'index.handler',
    description: 'Asks whether the MCP server of this region answers',
    environment: {
      [ProbeVariable.contract]: CONTRACT_VERSION,
      [ProbeVariable.server]: server.serverName,
      [ProbeVariable.resource]: server.mcpUrl,
      [ProbeVariable.resourceMetadata]: server.resourceMetadataUrl,
      [ProbeVariable.address]: regionalName,
      ...caller?.variables,
    },
    environmentAdvice: 'use a shorter host name',
    memorySize: 256,
    timeout: Duration.seconds(25),
    tracing: true,
    state: server.state,
    noDeadLetters: 'asks for the health of now: what failed is missing from the metric, which counts as not healthy',
  });
  if (caller) allowSecret(role, caller.secret, server.state);
  const rule = new events.Rule(scope, 'EveryMinute', { schedule: events.Schedule.rate(Duration.minutes(1)) });
  rule.addTarget(new targets.LambdaFunction(handler, { retryAttempts: 0, maxEventAge: Duration.minutes(1) }));
  acknowledgeLostProbes(rule);
  const alarm = createAlarm(scope, server.serverName);
  const alarms = caller ? [alarm, createSignInAlarm(scope, server.serverName)] : [alarm];
  if (server.topic) tell(alarms, new SnsAction(server.topic));
  return { alarm, clientIds: caller ? [caller.clientId] : [] };
}

function tell(alarms: readonly cloudwatch.Alarm[], action: SnsAction): void {
  for (const alarm of alarms) {
    alarm.addAlarmAction(action);
    alarm.addOkAction(action);
  }
}

interface Caller {
  readonly clientId: string;
  readonly secret: secretsmanager.ISecret;
  readonly variables: Readonly<Record<string, string>>;
}

function probeClient(scope: Construct, region: RegionPlan, server: WatchedServer): Caller {
  const { authorization, state, access, scopes, endpoint } = server;
  // What one scope alone opens, so that its list is not empty.
  const open = access.find((rule) => rule.groups === undefined && rule.scopes.length === 1);
  const name = open?.scopes[0] ?? Object.keys(scopes)[0] ?? '';
  const client = authorization.addMachineClient(CLIENT, { scopes: [name] });
  const secret = isPrimary(region)
    ? keepSecret(scope, region, state, client.userPoolClient!)
    : secretsmanager.Secret.fromSecretNameV2(scope, 'Secret', sharedName(region, CLIENT));
  const variables = {
    [ProbeVariable.tokenEndpoint]: `${endpoint.origin}${BrokerRoute.token.split(' ')[1]}`,
    [ProbeVariable.client]: client.clientId,
    [ProbeVariable.secret]: secret.secretArn,
    [ProbeVariable.scope]: `${authorization.scopePrefix}${name}`,
  };
  return { clientId: client.clientId, secret, variables };
}

function keepSecret(
  scope: Construct,
  region: RegionPlan,
  { encryptionKey }: StateOptions,
  client: cognito.UserPoolClient,
): secretsmanager.Secret {
  const resource = client.node.defaultChild as cognito.CfnUserPoolClient;
  resource.accessTokenValidity = TOKEN_LIFETIME.toMinutes();
  const secret = new secretsmanager.Secret(scope, 'Secret', {
    description: `Secret with which each region of ${region.name} calls its own server`,
    secretStringValue: SecretValue.resourceAttribute(resource.attrClientSecret),
    encryptionKey,
    ...sharedSecret(scope, region, CLIENT),
    removalPolicy: RemovalPolicy.DESTROY,
  });
  acknowledgeClientSecret(secret);
  return secret;
}

/** Two minutes in a row without an answer, or without anybody who asked. */
function createAlarm(scope: Construct, serverName: string): cloudwatch.Alarm {
  const metric = serverMetric(Metric.health, serverName, 'Minimum', { period: Duration.minutes(1) });
  return metric.createAlarm(scope, 'Unhealthy', {
    alarmDescription: 'The MCP server of this region does not answer: Route 53 sends callers to the others',
    comparisonOperator: cloudwatch.ComparisonOperator.LESS_THAN_THRESHOLD,
    threshold: 1,
    evaluationPeriods: 2,
    treatMissingData: cloudwatch.TreatMissingData.BREACHING,
  });
}

/** No region is left because of it: who holds a token is served, and what to do about it is for people. */
function createSignInAlarm(scope: Construct, serverName: string): cloudwatch.Alarm {
  const metric = serverMetric(Metric.signIn, serverName, 'Minimum', { period: Duration.minutes(1) });
  return metric.createAlarm(scope, 'SignIn', {
    alarmDescription:
      'The MCP server of this region gives no tokens: nobody signs in or refreshes here, and its health is judged ' +
      'without a token. Read the broker’s log, and tokenFault in the log of the probe',
    comparisonOperator: cloudwatch.ComparisonOperator.LESS_THAN_THRESHOLD,
    threshold: 1,
    evaluationPeriods: 5,
    treatMissingData: cloudwatch.TreatMissingData.NOT_BREACHING,
  });
}

function warnOfAnonymousProbe(scope: Construct): void {
  Annotations.of(scope).addWarningV2(
    'cdk-mcp:anonymousProbe',
    'the provider is another’s, so the health of a region is asked for without a token: discovery must answer and a call ' +
      'must be refused for want of a token; whether a tool can be called is not seen',
  );
}
