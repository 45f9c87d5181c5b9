import * as apigwv2 from 'aws-cdk-lib/aws-apigatewayv2';
import { HttpAlbIntegration } from 'aws-cdk-lib/aws-apigatewayv2-integrations';

/** Seconds; the same that the guard names itself. */
const RETRY_AFTER = '5';

/**
 * A load balancer says 502 where a task died over a call and 503 where there is none, and never when to come back.
 * Clients see 503 with `Retry-After` for both, as the guard answers when it cannot take a call. What API Gateway
 * answers by itself, where it does not reach the load balancer, cannot be changed.
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-parameter-mapping.html
 */
export class ServiceIntegration extends HttpAlbIntegration {
  protected override completeBind({ scope }: apigwv2.HttpRouteIntegrationBindOptions): void {
    const integration = scope.node.tryFindChild('Server')?.node.defaultChild;
    // The routes share one integration, which stands below the first of them.
    if (!(integration instanceof apigwv2.CfnIntegration)) return;
    const comeBack = { Destination: 'overwrite:header.retry-after', Source: RETRY_AFTER };
    integration.responseParameters = {
      '502': { ResponseParameters: [{ Destination: 'overwrite:statuscode', Source: '503' }, comeBack] },
      '503': { ResponseParameters: [comeBack] },
    };
  }
}
