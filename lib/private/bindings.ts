import type { Duration, RemovalPolicy } from 'aws-cdk-lib';
import type * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import type * as cognito from 'aws-cdk-lib/aws-cognito';
import type * as dynamodb from 'aws-cdk-lib/aws-dynamodb';
import type * as iam from 'aws-cdk-lib/aws-iam';
import type * as kms from 'aws-cdk-lib/aws-kms';
import type * as lambda from 'aws-cdk-lib/aws-lambda';
import type * as logs from 'aws-cdk-lib/aws-logs';
import type * as secretsmanager from 'aws-cdk-lib/aws-secretsmanager';
import type * as sns from 'aws-cdk-lib/aws-sns';
import type { MachineClient } from '../authorization/machine-client';
import type { Branding, ClientRegistrations, PolicyDocument } from './contract';

/*
 * What the parts of a server tell each other while it is built: the endpoint knows the public address,
 * the authorization turns it into identifiers, the hosting receives both, and the endpoint routes to it.
 */

/** How everything of one server is kept. */
export interface StateOptions {
  readonly removalPolicy: RemovalPolicy;
  readonly logRetention: logs.RetentionDays;
  readonly encryptionKey?: kms.IKey;
}

export interface EndpointContext {
  readonly serverName: string;
  readonly state: StateOptions;
}

export interface EndpointBinding {
  /** Scheme and host, no trailing slash: the issuer that clients see. */
  readonly origin: string;
  /** The path of the MCP URL. */
  readonly path: string;
  /** Longer than this the endpoint does not wait for an answer. */
  readonly longestAnswer: Duration;
  readonly allowedOrigins: readonly string[];
  readonly accessLogGroup: logs.ILogGroup;
  readonly metrics: EndpointMetrics;
  readonly connect: (targets: EndpointTargets) => void;
}

/** What the endpoint counts, of all its routes together. */
export interface EndpointMetrics {
  readonly requests: (options: cloudwatch.MetricOptions) => cloudwatch.Metric;
  readonly clientErrors: (options: cloudwatch.MetricOptions) => cloudwatch.Metric;
  readonly serverErrors: (options: cloudwatch.MetricOptions) => cloudwatch.Metric;
}

/** What is watched. */
export interface ObservabilityContext {
  readonly serverName: string;
  readonly server: HostingBinding;
  readonly broker: lambda.IFunction;
  readonly endpoint: EndpointMetrics;
  readonly tables: readonly { readonly name: string; readonly table: dynamodb.ITable }[];
  readonly logGroups: Readonly<Record<'server' | 'broker' | 'access', logs.ILogGroup>>;
  readonly state: StateOptions;
}

export interface ObservabilityBinding {
  readonly topic?: sns.ITopic;
  readonly alarms: readonly cloudwatch.Alarm[];
  readonly dashboard?: cloudwatch.Dashboard;
}

export interface EndpointTargets {
  readonly server: lambda.IFunction;
  readonly broker: lambda.IFunction;
  /** Whether clients may register themselves. */
  readonly registration: boolean;
  readonly tokenIssuer: string;
  /** What a token's `aud` or, without one, its `client_id` may be; may hold a lazy list. */
  readonly audience: string[];
  /** Scopes as on the wire. */
  readonly scopes: readonly string[];
}

export interface AuthorizationContext {
  readonly serverName: string;
  /** Where the broker's routes are: scheme and host, no trailing slash. */
  readonly origin: string;
  readonly mcpUrl: string;
  /** Declared scopes and what they allow, in words. */
  readonly scopes: Readonly<Record<string, string>>;
  readonly groups: readonly string[];
  readonly state: StateOptions;
}

export interface AuthorizationBinding {
  readonly tokenIssuer: string;
  readonly jwksUri: string;
  readonly scopePrefix: string;
  /** Whose user tokens the guard accepts; nobody's where no client is registered. */
  readonly userClientIds: readonly string[];
  readonly addMachineClient: (id: string, scopes: readonly string[]) => MachineClient;
  readonly broker: BrokerBinding;
  readonly userPool?: cognito.IUserPool;
  /** Of a pool made here. */
  readonly userPoolDomain?: cognito.UserPoolDomain;
}

/** What stands behind the broker, and what it is told. */
export interface BrokerBinding {
  /** The one app client that the broker is. */
  readonly clientId: string;
  readonly secret: secretsmanager.ISecret;
  readonly authorizeUrl: string;
  readonly tokenUrl: string;
  readonly revokeUrl: string;
  readonly table: dynamodb.ITable;
  readonly registrations: ClientRegistrations;
  readonly grantLifetime: Duration;
  readonly rememberConsent?: Duration;
  readonly branding?: Branding;
}

export interface HostingContext {
  /** The guard's variables, the policy apart. */
  readonly environment: Readonly<Record<string, string>>;
  readonly policy: PolicyDocument;
  readonly longestAnswer: Duration;
  readonly state: StateOptions;
}

export interface HostingBinding {
  readonly function: lambda.Function;
  readonly role: iam.IRole;
  readonly logGroup: logs.ILogGroup;
  /** Megabytes that one instance has. */
  readonly memorySize?: number;
}
