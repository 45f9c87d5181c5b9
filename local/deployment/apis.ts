import { LocalFailure } from '../failure';
import type { OriginRow } from '../template/origins';
import type { Stack } from '../template/stack';
import { type ProxySpec, readProxy } from './proxy';
import { type Resource, resourcesOf } from './reader';

/** One HTTP API as its template describes it. */
export interface ApiSpec {
  readonly logicalId: string;
  readonly id: string;
  readonly region: string;
  readonly account: string;
  readonly stage: StageSpec;
  readonly routes: readonly RouteSpec[];
  readonly cors?: CorsSpec;
}

export interface StageSpec {
  readonly logicalId: string;
  readonly name: string;
  readonly variables?: Readonly<Record<string, string>>;
  readonly accessLogFormat?: string;
  readonly defaultThrottle?: Throttle;
  readonly routeThrottles: Readonly<Record<string, Throttle>>;
}

export interface Throttle {
  readonly ThrottlingRateLimit?: number;
  readonly ThrottlingBurstLimit?: number;
}

export interface RouteSpec {
  /** `POST /mcp`, `ANY /{proxy+}` or `$default`. */
  readonly key: string;
  /** What answers: a function, or a listener behind a VPC link. */
  readonly functionArn?: string;
  readonly proxy?: ProxySpec;
  readonly timeoutMs: number;
  readonly authorizer?: AuthorizerSpec;
  readonly scopes: readonly string[];
}

export interface AuthorizerSpec {
  readonly logicalId: string;
  readonly issuer: string;
  readonly audience: readonly string[];
  /** The header that carries the token. */
  readonly header: string;
}

/** As CloudFormation spells it. */
export interface CorsSpec {
  readonly AllowOrigins?: readonly string[];
  readonly AllowMethods?: readonly string[];
  readonly AllowHeaders?: readonly string[];
  readonly ExposeHeaders?: readonly string[];
  readonly AllowCredentials?: boolean;
  readonly MaxAge?: number;
}

/** HTTP APIs let an integration work for 30 seconds at most, which is also their default. */
const MAX_TIMEOUT_MS = 30_000;
const MIN_TIMEOUT_MS = 50;

export function readApis(stacks: readonly Stack[], origins: readonly OriginRow[]): ApiSpec[] {
  const all = (type: string) => resourcesOf(stacks, `AWS::ApiGatewayV2::${type}`, origins);
  const related = {
    stages: all('Stage'),
    routes: all('Route'),
    integrations: all('Integration'),
    authorizers: all('Authorizer'),
  };
  return all('Api').map((api) => {
    api.oneOf('ProtocolType', ['HTTP']);
    return {
      logicalId: api.logicalId,
      id: api.id,
      region: api.stack.artifact.region,
      account: api.stack.artifact.account,
      stage: readStage(api, related.stages),
      routes: of(api, related.routes).map((route) => readRoute(route, related)),
      cors: api.property<CorsSpec>('CorsConfiguration'),
    };
  });
}

function of(api: Resource, resources: readonly Resource[]): Resource[] {
  return resources.filter((resource) => resource.required('ApiId') === api.id);
}

function readStage(api: Resource, stages: readonly Resource[]): StageSpec {
  const [stage, ...others] = of(api, stages);
  if (!stage || others.length > 0 || stage.required('StageName') !== '$default') {
    throw new LocalFailure(`${api.logicalId} must have one stage, named $default, to run here`);
  }
  if (String(stage.property('AutoDeploy') ?? false) !== 'true') {
    throw new LocalFailure(`the stage ${stage.logicalId} is not deployed by itself: set autoDeploy to true`);
  }
  return {
    logicalId: stage.logicalId,
    name: stage.required('StageName'),
    variables: stage.property('StageVariables'),
    accessLogFormat: stage.property<{ Format?: string }>('AccessLogSettings')?.Format,
    defaultThrottle: stage.property('DefaultRouteSettings'),
    routeThrottles: stage.property('RouteSettings') ?? {},
  };
}

function readRoute(
  route: Resource,
  related: { integrations: readonly Resource[]; authorizers: readonly Resource[] },
): RouteSpec {
  const key = route.required<string>('RouteKey');
  const target = /^integrations\/(.+)$/.exec(route.property<string>('Target') ?? '')?.[1];
  const integration = related.integrations.find((candidate) => candidate.id === target);
  if (!integration)
    throw new LocalFailure(`the route ${key} (${route.logicalId}) has no integration of the app as its target`);
  const secured = route.oneOf('AuthorizationType', ['NONE', 'JWT'], 'NONE') === 'JWT';
  const authorizer = related.authorizers.find((candidate) => candidate.id === route.property('AuthorizerId'));
  if (secured && !authorizer)
    throw new LocalFailure(`the route ${key} wants a JWT, but names no authorizer of the app`);
  return {
    key,
    ...readIntegration(integration),
    authorizer: secured && authorizer ? readAuthorizer(authorizer) : undefined,
    scopes: route.property<string[]>('AuthorizationScopes') ?? [],
  };
}

function readIntegration(integration: Resource): Pick<RouteSpec, 'functionArn' | 'proxy' | 'timeoutMs'> {
  if (integration.oneOf('IntegrationType', ['AWS_PROXY', 'HTTP_PROXY']) === 'HTTP_PROXY') {
    return { proxy: readProxy(integration), timeoutMs: timeoutOf(integration) };
  }
  integration.oneOf('PayloadFormatVersion', ['2.0']);
  integration.oneOf('ConnectionType', ['INTERNET'], 'INTERNET');
  const uri = integration.required<string>('IntegrationUri');
  const [functionArn] = /arn:aws:lambda:[\w-]+:\d+:function:[\w-]+(?::[\w-]+)?(?=$|\/invocations$)/.exec(uri) ?? [];
  if (!functionArn)
    throw new LocalFailure(`IntegrationUri of ${integration.logicalId} (${uri}) is no function of the app`);
  return { functionArn, timeoutMs: timeoutOf(integration) };
}

function timeoutOf(integration: Resource): number {
  const timeoutMs = Number(integration.property('TimeoutInMillis') ?? MAX_TIMEOUT_MS);
  if (timeoutMs < MIN_TIMEOUT_MS || timeoutMs > MAX_TIMEOUT_MS) {
    throw new LocalFailure(
      `TimeoutInMillis of ${integration.logicalId} is ${timeoutMs}: HTTP APIs take ${MIN_TIMEOUT_MS} to ${MAX_TIMEOUT_MS}`,
    );
  }
  return timeoutMs;
}

function readAuthorizer(authorizer: Resource): AuthorizerSpec {
  authorizer.oneOf('AuthorizerType', ['JWT']);
  const [source, ...others] = authorizer.property<string[]>('IdentitySource') ?? [];
  const header = /^\$request\.header\.([\w-]+)$/.exec(source ?? '')?.[1];
  if (!header || others.length > 0) {
    throw new LocalFailure(
      `IdentitySource of ${authorizer.logicalId} must be one header, such as $request.header.Authorization`,
    );
  }
  const jwt = authorizer.required<{ Issuer?: string; Audience?: string[] }>('JwtConfiguration');
  if (!jwt.Issuer || !jwt.Audience?.length) {
    throw new LocalFailure(
      `the authorizer ${authorizer.logicalId} has no issuer or no audience: API Gateway refuses it too`,
    );
  }
  return { logicalId: authorizer.logicalId, issuer: jwt.Issuer, audience: jwt.Audience, header: header.toLowerCase() };
}
