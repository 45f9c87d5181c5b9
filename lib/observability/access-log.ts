import { AccessLogFormat } from 'aws-cdk-lib/aws-apigateway';

/**
 * One JSON object per request: who called what and what became of it; never a token or a body.
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-logging-variables.html
 */
export function accessLogFormat(server: string): AccessLogFormat {
  return AccessLogFormat.custom(
    JSON.stringify({
      server,
      requestId: '$context.requestId',
      time: '$context.requestTime',
      sourceIp: '$context.identity.sourceIp',
      userAgent: '$context.identity.userAgent',
      protocol: '$context.protocol',
      route: '$context.routeKey',
      status: '$context.status',
      latency: '$context.responseLatency',
      integrationLatency: '$context.integrationLatency',
      integrationStatus: '$context.integrationStatus',
      integrationError: '$context.integrationErrorMessage',
      error: '$context.error.message',
      authorizerError: '$context.authorizer.error',
      responseBytes: '$context.responseLength',
      subject: '$context.authorizer.claims.sub',
      client: '$context.authorizer.claims.client_id',
    }),
  );
}
