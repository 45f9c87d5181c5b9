import { Duration } from 'aws-cdk-lib';
import * as apigateway from 'aws-cdk-lib/aws-apigateway';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import { ApiGatewayDomain } from 'aws-cdk-lib/aws-route53-targets';
import { CfnWebACLAssociation } from 'aws-cdk-lib/aws-wafv2';
import { Construct } from 'constructs';
import type { EndpointBinding, EndpointContext, EndpointMetrics } from '../private/bindings';
import { wellKnownPaths } from '../private/contract';
import { fail, failOnProblems } from '../private/errors';
import { originProblem } from '../private/web-addresses';
import { checkPath } from './address';
import { createAddressRecord } from './address-record';
import { pageHeaders } from './cors';
import { domainProblems } from './domain-problems';
import { addGatewayResponses } from './gateway-responses';
import type { EndpointDomain } from './http-api-props';
import { warnOfLaterScopes } from './later-scopes';
import { createRestApi, STAGE } from './rest-api';
import { createTokenAuthorizer } from './rest-api-authorizer';
import type { RestApiEndpointProps } from './rest-api-props';
import { RestApiRoutes } from './rest-api-routes';
import { throttleOf } from './throttle';
import { McpWaf } from './waf';

/** A REST API streams for 15 minutes at the most. */
const LONGEST_ANSWER = Duration.minutes(15);

/** The API with its stage, log, address and web ACL; methods follow when the functions exist. */
export function bindRestApi(
  parent: Construct,
  given: RestApiEndpointProps | undefined,
  context: EndpointContext,
): EndpointBinding {
  // JavaScript lets one leave out what is required.
  const props: Partial<RestApiEndpointProps> = given ?? {};
  const scope = new Construct(parent, 'Endpoint');
  const path = props.path ?? '/mcp';
  const allowedOrigins = props.allowedOrigins ?? [];
  const domain: EndpointDomain =
    props.domain ??
    fail(
      scope,
      'McpEndpoint.restApi needs a domain: its own address has the stage in its path, where clients do not look for ' +
        'the well-known documents; give `domain` with a host name, its certificate and its hosted zone',
    );
  checkPath(scope, path);
  failOnProblems(scope, domainProblems(scope, domain));
  failOnProblems(
    scope,
    allowedOrigins.map(originProblem).filter((problem) => problem !== undefined),
  );

  const throttle = throttleOf(scope, props.throttle);
  const { api, stage, accessLogGroup } = createRestApi(scope, context, props.cloudWatchRole ?? true);
  const { domainNameAliasDomainName: regionalName } = mapDomain(scope, api, domain);
  const webAclArn = (props.waf ?? McpWaf.standard())._bind(scope, {
    mcpPath: path,
    crossOrigin: allowedOrigins.length > 0,
    state: context.state,
  });
  if (webAclArn !== undefined) {
    new CfnWebACLAssociation(scope, 'WebAclAssociation', { resourceArn: stage.stageArn, webAclArn });
  }
  const origin = `https://${domain.domainName}`;
  return {
    origin,
    path,
    kind: 'rest-api',
    domain,
    regionalName,
    longestAnswer: LONGEST_ANSWER,
    allowedOrigins,
    pageHeaders: pageHeaders(context.contextHeaders),
    accessLogGroup,
    metrics: metricsOf(context.serverName),
    connect: (targets) => {
      warnOfLaterScopes(scope, targets);
      addGatewayResponses(api, `${origin}${wellKnownPaths(path)[0]}`, allowedOrigins.length > 0);
      const { authorizer, logGroup } = createTokenAuthorizer(scope, targets.authorizerEnvironment, context.state);
      const routes = new RestApiRoutes(scope, api, stage, throttle, LONGEST_ANSWER);
      routes.addMcp(path, domain.domainName, targets, authorizer, allowedOrigins.length > 0);
      routes.addPublic(path, targets);
      return { authorizerLogGroup: logGroup };
    },
  };
}

/**
 * By names, not by references to the stage: a canary's alarms would wait for it, its alias for the alarms, the methods
 * for the alias, and the stage for the methods.
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-metrics-and-dimensions.html
 */
function metricsOf(serverName: string): EndpointMetrics {
  const dimensionsMap = { ApiName: serverName, Stage: STAGE };
  const metric = (metricName: string) => (options: cloudwatch.MetricOptions) =>
    new cloudwatch.Metric({ namespace: 'AWS/ApiGateway', metricName, statistic: 'Sum', dimensionsMap, ...options });
  return { requests: metric('Count'), clientErrors: metric('4XXError'), serverErrors: metric('5XXError') };
}

function mapDomain(scope: Construct, mapping: apigateway.RestApi, domain: EndpointDomain): apigateway.DomainName {
  const { domainName, certificate } = domain;
  const name = new apigateway.DomainName(scope, 'DomainName', {
    domainName,
    certificate,
    endpointType: apigateway.EndpointType.REGIONAL,
    securityPolicy: apigateway.SecurityPolicy.TLS_1_2,
    mapping,
  });
  createAddressRecord(scope, domain, new ApiGatewayDomain(name));
  return name;
}
