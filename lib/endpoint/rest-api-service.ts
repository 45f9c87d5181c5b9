import { type Duration, Stack } from 'aws-cdk-lib';
import * as apigateway from 'aws-cdk-lib/aws-apigateway';
import { VpcLink } from 'aws-cdk-lib/aws-apigatewayv2';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import type { Construct } from 'constructs';
import type { ServiceTarget } from '../private/bindings';
import { REQUEST_ID_HEADER } from '../private/contract';

const HTTPS = 443;
const HTTP = 80;

/**
 * Integrations with a service behind an internal load balancer, over a VPC link of the newer kind, which reaches the
 * load balancer itself. The link may talk to the listener and to nothing else.
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/set-up-private-integration.html
 */
export function serviceIntegration(
  scope: Construct,
  service: ServiceTarget,
  domainName: string,
  path: string,
): (verb: string) => ServiceIntegration {
  const { vpc, subnets, loadBalancer, listener, tlsName } = service;
  const group = new ec2.SecurityGroup(scope, 'VpcLinkSecurityGroup', {
    vpc,
    description: 'API Gateway to the load balancer of an MCP server',
    allowAllOutbound: false,
  });
  const port = listener.port;
  listener.connections.allowFrom(group, ec2.Port.tcp(port), 'API Gateway');
  const link = new VpcLink(scope, 'VpcLink', { vpc, subnets, securityGroups: [group] });
  const scheme = tlsName === undefined ? 'http' : 'https';
  const shown = port === (tlsName === undefined ? HTTP : HTTPS) ? '' : `:${port}`;
  // The host is what the certificate must name, and the `Host` that the guard compares with its own.
  const uri = `${scheme}://${tlsName ?? domainName}${shown}${path}`;
  const target = loadBalancer.loadBalancerArn;
  // Any of them changed, another link takes this one's place, which a stage without a new deployment would still name.
  const network = Stack.of(scope).toJsonString([vpc.vpcId, vpc.selectSubnets(subnets).subnetIds, target]);
  return (verb) => new ServiceIntegration(verb, uri, link.vpcLinkId, target, network);
}

/** What the CDK's own integration does not know yet is written into the finished method. */
export class ServiceIntegration extends apigateway.Integration {
  public constructor(
    integrationHttpMethod: string,
    private readonly address: string,
    private readonly linkId: string,
    private readonly target: string,
    private readonly network: string,
  ) {
    super({ type: apigateway.IntegrationType.HTTP_PROXY, integrationHttpMethod, uri: address });
  }

  public override bind(method: apigateway.Method): apigateway.IntegrationConfig {
    // What is written later is in no hash of the method, and a deployment that does not change is not made anew.
    return { ...super.bind(method), deploymentToken: `${this.address} VPC_LINK STREAM ${this.network}` };
  }

  public complete(method: apigateway.Method, longestAnswer: Duration): void {
    const resource = method.node.defaultChild as apigateway.CfnMethod;
    resource.addPropertyOverride('Integration.ConnectionType', 'VPC_LINK');
    resource.addPropertyOverride('Integration.ConnectionId', this.linkId);
    resource.addPropertyOverride('Integration.IntegrationTarget', this.target);
    resource.addPropertyOverride('Integration.ResponseTransferMode', apigateway.ResponseTransferMode.STREAM);
    resource.addPropertyOverride('Integration.TimeoutInMillis', longestAnswer.toMilliseconds());
    // One id from the access log to the audit record.
    const requestId = `integration.request.header.${REQUEST_ID_HEADER}`;
    resource.addPropertyOverride('Integration.RequestParameters', { [requestId]: 'context.requestId' });
  }
}
