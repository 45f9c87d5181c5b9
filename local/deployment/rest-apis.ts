import { LocalFailure } from '../failure';
import type { OriginRow } from '../template/origins';
import type { Stack } from '../template/stack';
import type { Throttle } from './apis';
import { type Resource, resourcesOf } from './reader';
import { type RestAuthorizerSpec, readRestAuthorizer } from './rest-authorizers';
import { type MethodSpec, readMethod } from './rest-methods';
import { readWebAclFor, type WebAclSpec } from './web-acls';

/** One REST API as its template describes it. */
export interface RestApiSpec {
  readonly logicalId: string;
  readonly id: string;
  readonly region: string;
  readonly account: string;
  readonly stage: RestStageSpec;
  readonly resources: readonly RestResourceSpec[];
  /** By response type, `UNAUTHORIZED` for instance. */
  readonly gatewayResponses: Readonly<Record<string, GatewayResponseSpec>>;
  readonly binaryMediaTypes: readonly string[];
  readonly webAcl?: WebAclSpec;
}

export interface RestStageSpec {
  readonly logicalId: string;
  readonly name: string;
  readonly deploymentId: string;
  readonly variables?: Readonly<Record<string, string>>;
  readonly accessLogFormat?: string;
  /** In the template's order; `*` and `/*` stand for all. */
  readonly throttles: readonly MethodThrottle[];
}

export interface MethodThrottle extends Throttle {
  readonly method: string;
  readonly path: string;
}

export interface RestResourceSpec {
  readonly id: string;
  /** `/oauth2/{proxy+}`; the root is `/`. */
  readonly path: string;
  readonly methods: readonly MethodSpec[];
}

export interface GatewayResponseSpec {
  readonly status?: number;
  /** Header or value, in quotes, or where the value comes from. */
  readonly headers: Readonly<Record<string, string>>;
  readonly templates: Readonly<Record<string, string>>;
}

interface Related {
  readonly resources: readonly Resource[];
  readonly methods: readonly Resource[];
  readonly authorizers: readonly RestAuthorizerSpec[];
}

/** @param origins the table deployed origin → local origin, for what gateway responses and web ACLs say */
export function readRestApis(stacks: readonly Stack[], origins: readonly OriginRow[]): RestApiSpec[] {
  const all = (type: string) => resourcesOf(stacks, `AWS::ApiGateway::${type}`, origins);
  return all('RestApi').map((api) => {
    const of = (type: string) => all(type).filter((one) => one.required('RestApiId') === api.id);
    const { region, account } = api.stack.artifact;
    refuseOtherEndpoints(api);
    const related = {
      resources: of('Resource'),
      methods: of('Method'),
      authorizers: of('Authorizer').map(readRestAuthorizer),
    };
    const stage = readStage(api, of('Stage'), of('Deployment'));
    return {
      logicalId: api.logicalId,
      id: api.id,
      region,
      account,
      stage,
      resources: readTree(api, related, origins),
      gatewayResponses: Object.fromEntries(
        of('GatewayResponse').map((one) => [one.required<string>('ResponseType'), readGatewayResponse(one)]),
      ),
      binaryMediaTypes: api.property<string[]>('BinaryMediaTypes') ?? [],
      webAcl: readWebAclFor(stacks, origins, `arn:aws:apigateway:${region}::/restapis/${api.id}/stages/${stage.name}`),
    };
  });
}

function refuseOtherEndpoints(api: Resource): void {
  const types = api.property<{ Types?: string[] }>('EndpointConfiguration')?.Types ?? ['EDGE'];
  if (types.join() !== 'REGIONAL') {
    throw new LocalFailure(`${api.logicalId} is ${types.join(' and ')}: only REGIONAL REST APIs run here`);
  }
}

function readStage(api: Resource, stages: readonly Resource[], deployments: readonly Resource[]): RestStageSpec {
  const [stage, ...others] = stages;
  if (!stage || others.length > 0) throw new LocalFailure(`${api.logicalId} must have one stage to run here`);
  const deploymentId = stage.required<string>('DeploymentId');
  if (!deployments.some((deployment) => deployment.id === deploymentId)) {
    throw new LocalFailure(`the stage ${stage.logicalId} shows no deployment of its API: give it one`);
  }
  return {
    logicalId: stage.logicalId,
    name: stage.required('StageName'),
    deploymentId,
    variables: stage.property('Variables'),
    accessLogFormat: stage.property<{ Format?: string }>('AccessLogSetting')?.Format,
    throttles: (stage.property<Record<string, string>[]>('MethodSettings') ?? []).map((setting) => ({
      method: setting.HttpMethod ?? '*',
      path: pathOfSetting(stage, setting.ResourcePath ?? '/*'),
      ThrottlingBurstLimit: optionalNumber(setting.ThrottlingBurstLimit),
      ThrottlingRateLimit: optionalNumber(setting.ThrottlingRateLimit),
    })),
  };
}

/** `/~1mcp` is `/mcp`: the slashes of a path are escaped behind the first one. */
function pathOfSetting(stage: Resource, path: string): string {
  if (path === '/*' || path === '/') return path;
  if (!/^\/~1[^/]+$/.test(path)) {
    throw new LocalFailure(
      `ResourcePath ${path} of ${stage.logicalId} is no path of a method setting: write /${path.replaceAll('/', '~1')}`,
    );
  }
  return path.slice(1).replaceAll('~1', '/');
}

/** Every resource with its whole path; the root has none of its own in the template. */
function readTree(
  api: Resource,
  { resources, methods, authorizers }: Related,
  origins: readonly OriginRow[],
): RestResourceSpec[] {
  const root = api.attribute('RootResourceId');
  const methodsOf = (id: string) =>
    methods
      .filter((method) => method.required('ResourceId') === id)
      .map((method) => readMethod(method, authorizers, origins));
  const below = (parent: string, path: string): RestResourceSpec[] =>
    resources
      .filter((resource) => resource.required('ParentId') === parent)
      .flatMap((resource) => {
        const own = `${path}/${resource.required<string>('PathPart')}`;
        return [{ id: resource.id, path: own, methods: methodsOf(resource.id) }, ...below(resource.id, own)];
      });
  return [{ id: root, path: '/', methods: methodsOf(root) }, ...below(root, '')];
}

const HEADER = 'gatewayresponse.header.';

function readGatewayResponse(resource: Resource): GatewayResponseSpec {
  const parameters = resource.property<Record<string, string>>('ResponseParameters') ?? {};
  const foreign = Object.keys(parameters).filter((name) => !name.startsWith(HEADER));
  if (foreign.length > 0) {
    throw new LocalFailure(`${resource.logicalId} sets ${foreign.join(', ')}: only ${HEADER}<name> is known here`);
  }
  return {
    status: optionalNumber(resource.property('StatusCode')),
    headers: Object.fromEntries(Object.entries(parameters).map(([name, value]) => [name.slice(HEADER.length), value])),
    templates: resource.property('ResponseTemplates') ?? {},
  };
}

function optionalNumber(value: unknown): number | undefined {
  return value === undefined ? undefined : Number(value);
}
