import { Stack } from 'aws-cdk-lib';
import * as apigwv2 from 'aws-cdk-lib/aws-apigatewayv2';
import { HttpJwtAuthorizer } from 'aws-cdk-lib/aws-apigatewayv2-authorizers';
import { HttpLambdaIntegration } from 'aws-cdk-lib/aws-apigatewayv2-integrations';
import * as iam from 'aws-cdk-lib/aws-iam';
import type * as lambda from 'aws-cdk-lib/aws-lambda';
import { acknowledgePublicRoute } from '../private/acknowledgements';
import type { EndpointTargets, ServerTarget } from '../private/bindings';
import { BrokerRoute, resourceMetadataPaths, wellKnownPaths } from '../private/contract';
import { BROKER_ROUTES, brokerRoutes, DOCUMENT, PREFLIGHT, type PublicRoute } from './broker-routes';
import { linkTo } from './vpc-link-target';

/** API Gateway's limit of scopes on one route. */
const MOST_ROUTE_SCOPES = 10;

const { GET, POST, DELETE, OPTIONS } = apigwv2.HttpMethod;

interface RouteTarget {
  /** Which the routes may invoke; `undefined` for a service, which security groups let them reach. */
  readonly function?: lambda.IFunction;
  readonly integration: apigwv2.HttpRouteIntegration;
}

/** Leaves the permission to the routes: CDK's own would let every method of a path invoke the function. */
class FunctionIntegration extends HttpLambdaIntegration {
  protected override completeBind(): void {}
}

function serverTarget(api: apigwv2.HttpApi, server: ServerTarget): RouteTarget {
  if (server.kind === 'service') return { integration: linkTo(api, server) };
  const handler = server.alias ?? server.function;
  return { function: handler, integration: new FunctionIntegration('Server', handler) };
}

/** The routes of one server; every method of the MCP path is behind the authorizer. */
export class HttpApiRoutes {
  private readonly settings: Record<string, object> = {};

  public constructor(
    private readonly api: apigwv2.HttpApi,
    private readonly stage: apigwv2.HttpStage,
    private readonly throttle: Required<apigwv2.ThrottleSettings>,
  ) {
    (stage.node.defaultChild as apigwv2.CfnStage).routeSettings = this.settings;
  }

  /** Whether the scopes could be put on the routes: one of them then lets a token pass to the guard. */
  public addMcp(path: string, targets: EndpointTargets): boolean {
    const target = serverTarget(this.api, targets.server);
    const authorizer = new HttpJwtAuthorizer('Authorizer', targets.tokenIssuer, { jwtAudience: targets.audience });
    const checkScopes = targets.scopes.length <= MOST_ROUTE_SCOPES;
    for (const method of [POST, GET, DELETE]) {
      this.add(path, method, this.throttle, target, {
        authorizer,
        authorizationScopes: checkScopes && targets.scopes.length > 0 ? [...targets.scopes] : undefined,
      });
    }
    return checkScopes;
  }

  /** What clients reach before they have a token; `preflight` when the gateway answers none itself. */
  public addPublic(mcpPath: string, targets: EndpointTargets, preflight: boolean): void {
    const { broker, documents } = targets;
    const target = { function: documents, integration: new FunctionIntegration('Broker', documents) };
    const add = (path: string, method: apigwv2.HttpMethod, route: PublicRoute) => {
      acknowledgePublicRoute(this.add(path, method, route.throttle, target), route.reason);
      if (preflight && route.crossOrigin) {
        acknowledgePublicRoute(this.add(path, OPTIONS, route.throttle, target), PREFLIGHT);
      }
    };
    for (const path of (broker ? wellKnownPaths : resourceMetadataPaths)(mcpPath)) add(path, GET, DOCUMENT);
    if (broker === undefined) return;
    for (const name of brokerRoutes(targets.registration)) {
      const [method, path] = BrokerRoute[name].split(' ') as [apigwv2.HttpMethod, string];
      add(path, method, BROKER_ROUTES[name]);
    }
  }

  private add(
    path: string,
    method: apigwv2.HttpMethod,
    throttle: Required<apigwv2.ThrottleSettings>,
    target: RouteTarget,
    access: Pick<apigwv2.HttpRouteProps, 'authorizer' | 'authorizationScopes'> = {},
  ): apigwv2.HttpRoute {
    const routeKey = apigwv2.HttpRouteKey.with(path, method);
    const route = new apigwv2.HttpRoute(this.api, `${method}${path}`, {
      httpApi: this.api,
      routeKey,
      integration: target.integration,
      ...access,
    });
    target.function?.addPermission(`Invoke-${method}${path}`, {
      scope: route,
      principal: new iam.ServicePrincipal('apigateway.amazonaws.com'),
      sourceArn: Stack.of(route).formatArn({
        service: 'execute-api',
        resource: this.api.apiId,
        resourceName: `*/${method}${path}`,
      }),
    });
    // A stage cannot be created with settings for a route that does not exist yet.
    this.stage.node.addDependency(route);
    this.settings[routeKey.key] = {
      ThrottlingRateLimit: throttle.rateLimit,
      ThrottlingBurstLimit: throttle.burstLimit,
    };
    return route;
  }
}
