import * as apigwv2 from 'aws-cdk-lib/aws-apigatewayv2';
import { HttpJwtAuthorizer } from 'aws-cdk-lib/aws-apigatewayv2-authorizers';
import { HttpLambdaIntegration } from 'aws-cdk-lib/aws-apigatewayv2-integrations';
import type * as lambda from 'aws-cdk-lib/aws-lambda';
import { acknowledgePublicDocument } from '../private/acknowledgements';
import type { EndpointTargets } from '../private/bindings';
import { wellKnownPaths } from '../private/contract';

/** API Gateway's limit of scopes on one route. */
const MOST_ROUTE_SCOPES = 10;

/** Public documents are cached by clients, so few requests are honest. */
const DOCUMENT_THROTTLE = { rateLimit: 20, burstLimit: 40 };

const { GET, POST, DELETE, OPTIONS } = apigwv2.HttpMethod;

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
    const integration = new HttpLambdaIntegration('Server', targets.server);
    const authorizer = new HttpJwtAuthorizer('Authorizer', targets.tokenIssuer, { jwtAudience: targets.audience });
    const checkScopes = targets.scopes.length <= MOST_ROUTE_SCOPES;
    for (const method of [POST, GET, DELETE]) {
      this.add(path, method, this.throttle, {
        integration,
        authorizer,
        authorizationScopes: checkScopes ? [...targets.scopes] : undefined,
      });
    }
    return checkScopes;
  }

  /** The documents a client reads before it has a token; `preflight` when the gateway answers none itself. */
  public addDocuments(mcpPath: string, broker: lambda.IFunction, preflight: boolean): void {
    const integration = new HttpLambdaIntegration('Broker', broker);
    for (const path of wellKnownPaths(mcpPath)) {
      for (const method of preflight ? [GET, OPTIONS] : [GET]) {
        acknowledgePublicDocument(this.add(path, method, DOCUMENT_THROTTLE, { integration }));
      }
    }
  }

  private add(
    path: string,
    method: apigwv2.HttpMethod,
    throttle: Required<apigwv2.ThrottleSettings>,
    options: Pick<apigwv2.HttpRouteProps, 'integration' | 'authorizer' | 'authorizationScopes'>,
  ): apigwv2.HttpRoute {
    const routeKey = apigwv2.HttpRouteKey.with(path, method);
    const route = new apigwv2.HttpRoute(this.api, `${method}${path}`, { httpApi: this.api, routeKey, ...options });
    // A stage cannot be created with settings for a route that does not exist yet.
    this.stage.node.addDependency(route);
    this.settings[routeKey.key] = {
      ThrottlingRateLimit: throttle.rateLimit,
      ThrottlingBurstLimit: throttle.burstLimit,
    };
    return route;
  }
}
