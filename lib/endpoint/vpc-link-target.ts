import * as apigwv2 from 'aws-cdk-lib/aws-apigatewayv2';
import type { HttpAlbIntegration } from 'aws-cdk-lib/aws-apigatewayv2-integrations';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import type { Construct } from 'constructs';
import type { ServiceTarget } from '../private/bindings';
import { REQUEST_ID_HEADER } from '../private/contract';
import { ServiceIntegration } from './service-integration';

/**
 * A way from the API into the VPC that ends at the load balancer: the link's security group reaches the listener and
 * nothing else, and the listener lets in the link and nobody else. The API waits 30 seconds, which is its own default.
 */
export function linkTo(scope: Construct, target: ServiceTarget): HttpAlbIntegration {
  const { vpc, subnets, listener, tlsName } = target;
  const group = new ec2.SecurityGroup(scope, 'LinkGroup', {
    vpc,
    description: 'VPC link of an MCP server, to its load balancer alone',
    allowAllOutbound: false,
  });
  listener.connections.allowDefaultPortFrom(group, 'from the VPC link of the endpoint');
  const vpcLink = new apigwv2.VpcLink(scope, 'Link', { vpc, subnets, securityGroups: [group] });
  const parameterMapping = new apigwv2.ParameterMapping().overwriteHeader(
    REQUEST_ID_HEADER,
    apigwv2.MappingValue.contextVariable('requestId'),
  );
  return new ServiceIntegration('Server', listener, { vpcLink, secureServerName: tlsName, parameterMapping });
}
