import { AccessLogFormat } from 'aws-cdk-lib/aws-apigateway';

/**
 * One JSON object per request, its fields those of the HTTP API's log; never a token, a query or a body.
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-variables-for-access-logging.html
 */
export function restAccessLogFormat(server: string): AccessLogFormat {
  return AccessLogFormat.custom(
    JSON.stringify({
      server,
      requestId: '$context.requestId',
      time: '$context.requestTime',
      sourceIp: '$context.identity.sourceIp',
      userAgent: '$context.identity.userAgent',
      protocol: '$context.protocol',
      route: '$context.httpMethod $context.resourcePath',
      status: '$context.status',
      latency: '$context.responseLatency',
      integrationLatency: '$context.integration.latency',
      integrationStatus: '$context.integration.status',
      integrationError: '$context.integration.error',
      error: '$context.error.responseType',
      authorizerError: '$context.authorizer.error',
      waf: '$context.waf.status',
      responseBytes: '$context.responseLength',
      subject: '$context.authorizer.principalId',
      client: '$context.authorizer.client',
    }),
  );
}
