import type { Duration, RemovalPolicy } from 'aws-cdk-lib';
import type * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import type * as cognito from 'aws-cdk-lib/aws-cognito';
import type * as dynamodb from 'aws-cdk-lib/aws-dynamodb';
import type * as ec2 from 'aws-cdk-lib/aws-ec2';
import type * as ecs from 'aws-cdk-lib/aws-ecs';
import type * as elbv2 from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import type * as iam from 'aws-cdk-lib/aws-iam';
import type * as kms from 'aws-cdk-lib/aws-kms';
import type * as lambda from 'aws-cdk-lib/aws-lambda';
import type * as logs from 'aws-cdk-lib/aws-logs';
import type * as s3 from 'aws-cdk-lib/aws-s3';
import type * as secretsmanager from 'aws-cdk-lib/aws-secretsmanager';
import type * as sns from 'aws-cdk-lib/aws-sns';
import type { MachineClient, MachineClientOptions } from '../authorization/machine-client';
import type { EndpointDomain } from '../endpoint/http-api-props';
import type { Branding, ClientRegistrations, PolicyDocument, TokenProfile } from './contract';
import type { RegionPlan } from './region-plan';

/*
 * What the parts of a server tell each other while it is built: the endpoint knows the public address,
 * the authorization turns it into identifiers, the hosting receives both, and the endpoint routes to it.
 */

/** How everything of one server is kept. */
export interface StateOptions {
  readonly removalPolicy: RemovalPolicy;
  readonly logRetention: logs.RetentionDays;
  readonly encryptionKey?: kms.IKey;
  /** Where the server stands in several regions. */
  readonly region?: RegionPlan;
}

export interface EndpointContext {
  readonly serverName: string;
  /** Headers of this server's own that web pages must be able to send. */
  readonly contextHeaders: readonly string[];
  readonly state: StateOptions;
}

export interface EndpointBinding extends EndpointFacts {
  /** Scheme and host, no trailing slash: the issuer that clients see. */
  readonly origin: string;
  /** The path of the MCP URL. */
  readonly path: string;
  readonly allowedOrigins: readonly string[];
  /** Headers that pages of those origins may send; absent where the endpoint answers preflights itself. */
  readonly pageHeaders?: readonly string[];
  readonly accessLogGroup: logs.ILogGroup;
  readonly metrics: EndpointMetrics;
  /** The name that the own host name leads to, of this region alone. */
  readonly regionalName?: string;
  readonly connect: (targets: EndpointTargets) => ConnectedEndpoint;
}

/** What exists of an endpoint only when it knows where requests go. */
export interface ConnectedEndpoint {
  /** Audit records of tokens that were refused before the guard; `undefined` where no function of ours judges them. */
  readonly authorizerLogGroup?: logs.ILogGroup;
}

/** What the hosting must know of the endpoint in front of it. */
export interface EndpointFacts {
  /** An HTTP API hands functions events of format 2.0 and buffers; a REST API those of format 1.0, and streams. */
  readonly kind: 'http-api' | 'rest-api';
  /** Longer than this the endpoint does not wait for an answer. */
  readonly longestAnswer: Duration;
  /** An own host name and its certificate, where there is one. */
  readonly domain?: EndpointDomain;
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
  /** Absent where the authorization server is another's. */
  readonly broker?: lambda.IFunction;
  readonly endpoint: EndpointMetrics;
  readonly tables: readonly { readonly name: string; readonly table: dynamodb.ITable }[];
  readonly logGroups: LogGroups;
  readonly state: StateOptions;
}

export interface LogGroups {
  readonly server: logs.ILogGroup;
  /** Of a REST API's Lambda authorizer. */
  readonly authorizer?: logs.ILogGroup;
  readonly access: logs.ILogGroup;
  readonly broker?: logs.ILogGroup;
}

/** What a server is told of tracing. */
export interface TracingBinding {
  readonly environment: Readonly<Record<string, string>>;
  /** Whether a container's spans go to a collector beside it. */
  readonly collector: boolean;
  /** Where spans leave for, beside X-Ray and what is next to the server. */
  readonly remoteOtlp?: string;
}

export interface ObservabilityBinding {
  readonly topic?: sns.ITopic;
  readonly alarms: readonly cloudwatch.Alarm[];
  /** Stands for the alarms that are symptoms of one thing. */
  readonly service?: cloudwatch.CompositeAlarm;
  readonly auditArchive?: s3.IBucket;
  readonly dashboard?: cloudwatch.Dashboard;
}

/** What MCP requests are sent to: a function, or a service behind an internal load balancer. */
export type ServerTarget = FunctionTarget | ServiceTarget;

export interface FunctionTarget {
  readonly kind: 'function';
  readonly function: lambda.Function;
  /** What the endpoint calls instead, where versions take over gradually. */
  readonly alias?: lambda.IFunction;
}

/** Traffic that an alias hands over to a new version, and back when an alarm goes off. */
export interface GradualDeployment {
  readonly alias: lambda.IFunction;
  readonly rollbackOn: (alarms: readonly cloudwatch.Alarm[]) => void;
}

export interface ServiceTarget {
  readonly kind: 'service';
  readonly vpc: ec2.IVpc;
  /** Where the endpoint's VPC link goes: the subnets of the load balancer. */
  readonly subnets: ec2.SubnetSelection;
  readonly loadBalancer: elbv2.ApplicationLoadBalancer;
  /** Whose security group the endpoint's VPC link must be let through. */
  readonly listener: elbv2.ApplicationListener;
  /** The name in the listener's certificate; `undefined` where it speaks plain HTTP inside the VPC. */
  readonly tlsName?: string;
}

export interface EndpointTargets {
  readonly server: ServerTarget;
  /** Answers with the discovery documents. */
  readonly documents: lambda.IFunction;
  /** Absent: the authorization server is another's, and has its routes elsewhere. */
  readonly broker?: lambda.IFunction;
  /** Whether clients may register themselves. */
  readonly registration: boolean;
  readonly tokenIssuer: string;
  /** Of a provider that exists. */
  readonly provider?: ProviderBinding;
  /** What a token's `aud` or, without one, its `client_id` may be; may hold a lazy list. */
  readonly audience: string[];
  /** Scopes as in tokens; none where the gateway cannot read them. */
  readonly scopes: readonly string[];
  /** Variables of an authorizer that judges tokens as the guard does. */
  readonly authorizerEnvironment: Readonly<Record<string, string>>;
  /** Declared scopes that a client does not get by asking for nothing in particular. */
  readonly laterScopes: readonly string[];
}

export interface AuthorizationContext {
  readonly serverName: string;
  /** Where the broker's routes are: scheme and host, no trailing slash. */
  readonly origin: string;
  readonly mcpUrl: string;
  /** Declared scopes and what they allow, in words. */
  readonly scopes: Readonly<Record<string, string>>;
  readonly groups: readonly string[];
  /** Declared scopes that tokens for downstream services may hold; empty: there are none. */
  readonly exchangeScopes: readonly string[];
  readonly state: StateOptions;
}

export interface AuthorizationBinding {
  readonly tokenIssuer: string;
  readonly jwksUri: string;
  readonly scopePrefix: string;
  /** Whose user tokens the guard accepts; nobody's where no client is registered. */
  readonly userClientIds: readonly string[];
  readonly addMachineClient: (id: string, options: MachineClientOptions) => MachineClient;
  /** The `client_id`s of all machine clients, comma-separated, where that is less than one after the other. */
  readonly machineClientList?: () => string;
  /** Scopes of all machine clients by their names, where another stack makes their app clients. */
  readonly machineScopes?: () => Readonly<Record<string, readonly string[]>>;
  /** Absent where clients talk to the provider itself. */
  readonly broker?: BrokerBinding;
  /** Present where the provider exists already. */
  readonly provider?: ProviderBinding;
  /** The app client that exchanges tokens for downstream services; `undefined` where nothing is exchanged. */
  readonly exchangeClientId?: string;
  readonly userPool?: cognito.IUserPool;
  /** Of a pool in another region. */
  readonly userPoolArn?: string;
  /** Of a pool made here. */
  readonly userPoolDomain?: cognito.UserPoolDomain;
}

/** What is known of a provider that exists. */
export interface ProviderBinding {
  /** Whether its metadata is that of OpenID Connect or of RFC 8414 alone. */
  readonly discovery: 'openid' | 'oauth';
  readonly audience: string;
  readonly algorithms: readonly string[];
  /** Scopes as an HTTP API finds them in tokens; none where it cannot. */
  readonly gatewayScopes: readonly string[];
  /** Read when the app is synthesised: machine clients are added later. */
  readonly tokenProfile: () => TokenProfile;
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
  readonly serverName: string;
  readonly endpoint: EndpointFacts;
  /** Whose keys sign the tokens; `undefined` where they are another provider's. */
  readonly userPool?: cognito.IUserPool;
  readonly state: StateOptions;
  /** Whether a service needs a collector for its spans (`addCollector`). */
  readonly collector: boolean;
  /** Where its spans leave for otherwise. */
  readonly remoteOtlp?: string;
}

export interface HostingBinding {
  readonly target: ServerTarget;
  /** `undefined` where the server is a function. */
  readonly service?: ecs.FargateService;
  /** The role of the server's own code, which the guard shares. */
  readonly role: iam.IRole;
  readonly logGroup: logs.ILogGroup;
  /** Network connections; `undefined` where the server is not in a VPC. */
  readonly connections?: ec2.Connections;
  /** The server is not made with `serve()`: of its errors nobody can tell which are failures. */
  readonly foreign?: boolean;
  /** Megabytes that one instance has. */
  readonly memorySize?: number;
  readonly metrics: HostingMetrics;
  /** Whether the old version stays beside the new one until that has proved itself. */
  readonly gradual: boolean;
  /** Told of the server's alarms, where a deployment is undone by them. */
  readonly rollbackOn?: (alarms: readonly cloudwatch.Alarm[]) => void;
}

/** What the hosting itself counts. */
export interface HostingMetrics {
  /** Calls that were turned away because no instance could take them; `undefined` where nobody counts them. */
  readonly throttles?: (options: cloudwatch.MetricOptions) => cloudwatch.Metric;
  /** What is paid for, with the title of its graph. */
  readonly cost: { readonly title: string; readonly metrics: readonly cloudwatch.Metric[] };
  /** Instances that do not answer their health check; `undefined` where nobody counts them. */
  readonly unhealthy?: (options: cloudwatch.MetricOptions) => cloudwatch.IMetric;
  /** Memory of all containers of an instance together, in percent; `undefined` where nobody counts it. */
  readonly memory?: (options: cloudwatch.MetricOptions) => cloudwatch.Metric;
  /** Shares of processor and memory in use, in percent; empty where nobody counts them. */
  readonly utilization: readonly cloudwatch.Metric[];
}
