/** What a diagram says of a synthesised stack: read from its template and nothing else. */

interface Resource {
  readonly Type: string;
  // biome-ignore lint/suspicious/noExplicitAny: a template is JSON whose shape each reader below knows
  readonly Properties?: any;
}

export interface Template {
  readonly Resources: Readonly<Record<string, Resource>>;
}

export interface Facts {
  readonly endpoint: {
    readonly kind: 'HTTP API' | 'REST API';
    /** Methods and path of the MCP route. */
    readonly mcp: string;
    readonly authorizer: string;
    /** Routes without authorizer: discovery, sign-in, tokens. */
    readonly publicRoutes: number;
    readonly firewall: boolean;
  };
  /** What the MCP route is answered by. */
  readonly server: FunctionFacts | ServiceFacts;
  /** Functions beside it. */
  readonly functions: readonly string[];
  readonly tables: readonly string[];
  readonly userPools: number;
  readonly secrets: number;
  readonly logGroups: number;
  readonly alarms: number;
  readonly dashboards: number;
  readonly resources: number;
}

export interface FunctionFacts {
  readonly kind: 'function';
  readonly runtime: string;
  readonly memory: number;
}

export interface ServiceFacts {
  readonly kind: 'service';
  readonly listener: string;
  readonly containers: readonly { readonly name: string; readonly ports: readonly number[] }[];
  readonly task: string;
  readonly tasks: string;
  readonly zones: number;
  /** Short names of the AWS services reached through endpoints of the VPC; none where the VPC is another's. */
  readonly endpoints: readonly string[];
  readonly strategy: string;
}

export function factsOf({ Resources }: Template): Facts {
  const of = (type: string) => Object.entries(Resources).filter(([, { Type }]) => Type === type);
  const properties = (type: string) => of(type).map(([, { Properties }]) => Properties);
  const names = (type: string) => of(type).map(([id]) => nameOf(id));
  const servers = of('AWS::Lambda::Function').filter(([, { Properties }]) => isServer(Properties));
  return {
    endpoint: endpointFacts(properties),
    server: servers[0] ? functionFacts(servers[0][1].Properties) : serviceFacts(properties),
    functions: of('AWS::Lambda::Function')
      .filter(([, { Properties }]) => Properties.Description !== undefined && !isServer(Properties))
      .map(([, { Properties }]) => String(Properties.Description)),
    tables: names('AWS::DynamoDB::GlobalTable'),
    userPools: of('AWS::Cognito::UserPool').length,
    secrets: of('AWS::SecretsManager::Secret').length,
    logGroups: of('AWS::Logs::LogGroup').length,
    alarms: of('AWS::CloudWatch::Alarm').length,
    dashboards: of('AWS::CloudWatch::Dashboard').length,
    resources: Object.keys(Resources).length,
  };
}

type Read = (type: string) => Resource['Properties'][];

function isServer({ Description }: Resource['Properties']): boolean {
  return String(Description).startsWith('MCP server');
}

function endpointFacts(properties: Read): Facts['endpoint'] {
  const firewall = properties('AWS::WAFv2::WebACL').length > 0;
  const routes = properties('AWS::ApiGatewayV2::Route');
  if (routes.length > 0) {
    const guarded = routes.filter(({ AuthorizationType }) => AuthorizationType === 'JWT');
    const [methods, paths] = [0, 1].map((part) => unique(guarded.map(({ RouteKey }) => RouteKey.split(' ')[part])));
    const mcp = `${methods?.join(' ')} ${paths?.join(' ')}`;
    const publicRoutes = routes.length - guarded.length;
    return { kind: 'HTTP API', mcp, authorizer: 'JWT authorizer', publicRoutes, firewall };
  }
  const methods = properties('AWS::ApiGateway::Method');
  const guarded = methods.filter(({ AuthorizationType }) => AuthorizationType === 'CUSTOM');
  return {
    kind: 'REST API',
    mcp: `${unique(guarded.map(({ HttpMethod }) => HttpMethod)).join(' ')} /mcp`,
    authorizer: 'Lambda authorizer',
    publicRoutes: methods.length - guarded.length,
    firewall,
  };
}

function functionFacts({ Runtime, MemorySize }: Resource['Properties']): FunctionFacts {
  return { kind: 'function', runtime: Runtime, memory: MemorySize };
}

function serviceFacts(properties: Read): ServiceFacts {
  const [task] = properties('AWS::ECS::TaskDefinition');
  const [service] = properties('AWS::ECS::Service');
  const [listener] = properties('AWS::ElasticLoadBalancingV2::Listener');
  const [scaling] = properties('AWS::ApplicationAutoScaling::ScalableTarget');
  const architecture = String(task.RuntimePlatform.CpuArchitecture).toLowerCase();
  return {
    kind: 'service',
    listener: `${listener.Protocol} ${listener.Port}`,
    containers: task.ContainerDefinitions.map(({ Name, PortMappings = [] }: Resource['Properties']) => ({
      name: Name,
      ports: PortMappings.map(({ ContainerPort }: Resource['Properties']) => ContainerPort),
    })),
    task: `${Number(task.Cpu) / 1024} vCPU, ${Number(task.Memory) / 1024} GB, ${architecture}`,
    tasks: scaling ? `${scaling.MinCapacity} to ${scaling.MaxCapacity}` : String(service.DesiredCount),
    zones: service.NetworkConfiguration.AwsvpcConfiguration.Subnets.length,
    endpoints: properties('AWS::EC2::VPCEndpoint')
      .map(({ ServiceName }) => serviceName(ServiceName))
      .sort(),
    strategy: String(service.DeploymentConfiguration.Strategy).toLowerCase().replace('_', '/'),
  };
}

/** `com.amazonaws.<region>.ecr.api`, in whatever parts, by its last ones. */
function serviceName(name: unknown): string {
  const parts = typeof name === 'string' ? name : JSON.stringify(name);
  return /(?:\}|\w)[",]*\.?"?,?"?\.([a-z0-9.-]+)"?\]*\}*$/.exec(parts)?.[1] ?? parts;
}

/** A logical id without the hash that the CDK puts at its end. */
function nameOf(id: string): string {
  return id.replace(/[0-9A-F]{8}$/, '');
}

function unique(values: readonly string[]): string[] {
  return [...new Set(values)];
}
