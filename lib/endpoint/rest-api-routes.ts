import type { Duration } from 'aws-cdk-lib';
import * as apigateway from 'aws-cdk-lib/aws-apigateway';
import type * as lambda from 'aws-cdk-lib/aws-lambda';
import type { Construct } from 'constructs';
import { acknowledgeForeignTokens, acknowledgePublicMethod } from '../private/acknowledgements';
import type { EndpointTargets, ServerTarget } from '../private/bindings';
import { BrokerRoute, resourceMetadataPaths, wellKnownPaths } from '../private/contract';
import { BROKER_ROUTES, brokerRoutes, DOCUMENT, PREFLIGHT, type PublicRoute } from './broker-routes';
import { ServiceIntegration, serviceIntegration } from './rest-api-service';
import type { Throttle } from './throttle';

const METHODS = ['POST', 'GET', 'DELETE'];

const EVERY_PATH = '/*';

/** The methods of one server; every one of the MCP path is behind the authorizer. */
export class RestApiRoutes {
  private readonly settings: apigateway.CfnStage.MethodSettingProperty[] = [];

  public constructor(
    private readonly scope: Construct,
    private readonly api: apigateway.RestApi,
    stage: apigateway.Stage,
    private readonly throttle: Throttle,
    private readonly longestAnswer: Duration,
  ) {
    this.setThrottle(EVERY_PATH, '*', throttle);
    (stage.node.defaultChild as apigateway.CfnStage).methodSettings = this.settings;
  }

  /** `preflight`: whether there are pages that may call. */
  public addMcp(
    path: string,
    domainName: string,
    targets: EndpointTargets,
    authorizer: apigateway.IAuthorizer,
    preflight: boolean,
  ): void {
    const integrate = this.toServer(targets.server, domainName, path);
    for (const verb of METHODS) {
      const integration = integrate(verb);
      const method = this.add(path, verb, this.throttle, integration, {
        authorizationType: apigateway.AuthorizationType.CUSTOM,
        authorizer,
      });
      if (integration instanceof ServiceIntegration) integration.complete(method, this.longestAnswer);
      acknowledgeForeignTokens(method);
    }
    if (preflight) {
      acknowledgePublicMethod(this.add(path, 'OPTIONS', DOCUMENT.throttle, toFunction(targets.documents)), PREFLIGHT);
    }
  }

  /** What clients reach before they have a token. */
  public addPublic(mcpPath: string, { broker, documents, registration }: EndpointTargets): void {
    const add = (path: string, verb: string, route: PublicRoute) => {
      acknowledgePublicMethod(this.add(path, verb, route.throttle, toFunction(documents)), route.reason);
      if (route.crossOrigin) {
        acknowledgePublicMethod(this.add(path, 'OPTIONS', route.throttle, toFunction(documents)), PREFLIGHT);
      }
    };
    for (const path of (broker ? wellKnownPaths : resourceMetadataPaths)(mcpPath)) add(path, 'GET', DOCUMENT);
    if (broker === undefined) return;
    for (const name of brokerRoutes(registration)) {
      const [verb, path] = BrokerRoute[name].split(' ') as [string, string];
      add(path, verb, BROKER_ROUTES[name]);
    }
  }

  private toServer(server: ServerTarget, domainName: string, path: string): (verb: string) => apigateway.Integration {
    if (server.kind === 'service') return serviceIntegration(this.scope, server, domainName, path);
    const integration = toFunction(server.alias ?? server.function, {
      responseTransferMode: apigateway.ResponseTransferMode.STREAM,
      timeout: this.longestAnswer,
    });
    return () => integration;
  }

  private add(
    path: string,
    verb: string,
    throttle: Throttle,
    integration: apigateway.Integration,
    access: apigateway.MethodOptions = { authorizationType: apigateway.AuthorizationType.NONE },
  ): apigateway.Method {
    this.setThrottle(path, verb, throttle);
    return this.api.root.resourceForPath(path).addMethod(verb, integration, access);
  }

  /** The settings of one method replace those of all, so each says everything. */
  private setThrottle(path: string, httpMethod: string, { rateLimit, burstLimit }: Throttle): void {
    this.settings.push({
      // CloudFormation wants the slashes of a path escaped behind the first one.
      resourcePath: path === '/*' ? path : `/${path.replaceAll('/', '~1')}`,
      httpMethod,
      throttlingRateLimit: rateLimit,
      throttlingBurstLimit: burstLimit,
      loggingLevel: apigateway.MethodLoggingLevel.ERROR,
      dataTraceEnabled: false,
      metricsEnabled: false,
      cachingEnabled: false,
    });
  }
}

/** Each method may invoke the function by itself alone, and nobody tries it from the console. */
function toFunction(
  handler: lambda.IFunction,
  options: apigateway.LambdaIntegrationOptions = {},
): apigateway.LambdaIntegration {
  return new apigateway.LambdaIntegration(handler, { allowTestInvoke: false, ...options });
}
