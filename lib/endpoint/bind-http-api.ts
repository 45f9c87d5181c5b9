import { Annotations, Duration } from 'aws-cdk-lib';
import * as apigwv2 from 'aws-cdk-lib/aws-apigatewayv2';
import { ApiGatewayv2DomainProperties } from 'aws-cdk-lib/aws-route53-targets';
import { Construct } from 'constructs';
import { accessLogFormat } from '../observability/access-log';
import type { EndpointBinding, EndpointContext } from '../private/bindings';
import { failOnProblems } from '../private/errors';
import { createLogGroup } from '../private/log-group';
import { originProblem } from '../private/web-addresses';
import { checkPath } from './address';
import { createAddressRecord } from './address-record';
import { authorizerProblems } from './authorizer-problems';
import { corsFor } from './cors';
import { domainProblems } from './domain-problems';
import type { EndpointDomain, HttpApiEndpointProps } from './http-api-props';
import { HttpApiRoutes } from './http-api-routes';
import { throttleOf } from './throttle';

/** An HTTP API waits at most 30 seconds for an integration. */
const LONGEST_ANSWER = Duration.seconds(30);

/** The API with its stage, log and address; routes follow when the functions exist. */
export function bindHttpApi(parent: Construct, props: HttpApiEndpointProps, context: EndpointContext): EndpointBinding {
  const scope = new Construct(parent, 'Endpoint');
  const path = props.path ?? '/mcp';
  const allowedOrigins = props.allowedOrigins ?? [];
  checkPath(scope, path);
  failOnProblems(
    scope,
    allowedOrigins.map(originProblem).filter((problem) => problem !== undefined),
  );
  if (props.domain) failOnProblems(scope, domainProblems(scope, props.domain));

  const api = new apigwv2.HttpApi(scope, 'Api', {
    apiName: context.serverName,
    description: 'MCP server: JSON-RPC behind a token, its authorization server beside it',
    createDefaultStage: false,
    disableExecuteApiEndpoint: props.domain !== undefined,
    corsPreflight: corsFor(allowedOrigins, context.contextHeaders),
  });
  const domainName = props.domain && createDomain(scope, props.domain);
  const throttle = throttleOf(scope, props.throttle);
  const accessLogGroup = createLogGroup(scope, 'AccessLogs', context.state);
  const stage = new apigwv2.HttpStage(scope, 'Stage', {
    httpApi: api,
    autoDeploy: true,
    throttle,
    accessLogSettings: {
      destination: new apigwv2.LogGroupLogDestination(accessLogGroup),
      format: accessLogFormat(context.serverName),
    },
    domainMapping: domainName && { domainName },
  });
  return {
    origin: props.domain ? `https://${props.domain.domainName}` : api.apiEndpoint,
    path,
    kind: 'http-api',
    domain: props.domain,
    regionalName: domainName?.regionalDomainName,
    longestAnswer: LONGEST_ANSWER,
    allowedOrigins,
    accessLogGroup,
    metrics: {
      requests: (options) => api.metricCount(options),
      clientErrors: (options) => api.metricClientError(options),
      serverErrors: (options) => api.metricServerError(options),
    },
    connect: (targets) => {
      failOnProblems(scope, authorizerProblems(targets));
      const routes = new HttpApiRoutes(api, stage, throttle);
      if (!routes.addMcp(path, targets)) warnOfScopes(scope, targets.scopes.length);
      routes.addPublic(path, targets, allowedOrigins.length === 0);
      return {};
    },
  };
}

function createDomain(scope: Construct, endpointDomain: EndpointDomain): apigwv2.DomainName {
  const { domainName, certificate } = endpointDomain;
  const domain = new apigwv2.DomainName(scope, 'DomainName', {
    domainName,
    certificate,
    endpointType: apigwv2.EndpointType.REGIONAL,
    securityPolicy: apigwv2.SecurityPolicy.TLS_1_2,
  });
  const address = new ApiGatewayv2DomainProperties(domain.regionalDomainName, domain.regionalHostedZoneId);
  createAddressRecord(scope, endpointDomain, address);
  return domain;
}

function warnOfScopes(scope: Construct, count: number): void {
  Annotations.of(scope).addWarningV2(
    'cdk-mcp:scopesNotAtGateway',
    `${count} scopes are declared and API Gateway checks at most 10 on a route: it checks none of them now, the guard ` +
      'still checks all',
  );
}
