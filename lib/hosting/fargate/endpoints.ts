import * as ec2 from 'aws-cdk-lib/aws-ec2';
import type * as ecs from 'aws-cdk-lib/aws-ecs';
import type { Construct } from 'constructs';
import type { HostingContext } from '../../private/bindings';
import { fail } from '../../private/errors';
import { inOtherRegion } from './regions';

/** What tasks reach without a way to the internet, each through an endpoint of its own. */
export function createServiceEndpoints(
  vpc: ec2.Vpc,
  tasks: readonly ec2.ISecurityGroup[],
  services: readonly ec2.InterfaceVpcEndpointAwsService[],
): void {
  vpc.addGatewayEndpoint('S3', { service: ec2.GatewayVpcEndpointAwsService.S3 });
  vpc.addGatewayEndpoint('Dynamodb', { service: ec2.GatewayVpcEndpointAwsService.DYNAMODB });
  const group = new ec2.SecurityGroup(vpc, 'EndpointGroup', {
    vpc,
    description: 'AWS services, for the tasks of the MCP server alone',
    allowAllOutbound: false,
  });
  for (const task of tasks) group.addIngressRule(task, ec2.Port.HTTPS, 'from the tasks');
  for (const service of services) {
    vpc.addInterfaceEndpoint(service.shortName, { service, securityGroups: [group], open: false });
  }
}

/** The services that tasks are known to need. */
export function neededServices(
  scope: Construct,
  context: HostingContext,
  secrets: Readonly<Record<string, ecs.Secret>>,
): ec2.InterfaceVpcEndpointAwsService[] {
  const { userPool, policy, remoteOtlp } = context;
  if (userPool === undefined || inOtherRegion(scope, userPool)) {
    fail(
      scope,
      'a VPC made here has no way to the keys of a token issuer that is not a user pool of this region: give `vpc` with ' +
        'private subnets that have a NAT gateway or a proxy',
    );
  }
  if (remoteOtlp !== undefined) {
    fail(
      scope,
      `a VPC made here has no way to otlpEndpoint '${remoteOtlp}': leave it out to send spans to X-Ray, or give \`vpc\` ` +
        'with private subnets from which it is in reach',
    );
  }
  const kinds = Object.values(secrets);
  const of = ec2.InterfaceVpcEndpointAwsService;
  return [
    of.ECR,
    of.ECR_DOCKER,
    of.CLOUDWATCH_LOGS,
    // https://docs.aws.amazon.com/cognito/latest/developerguide/vpc-interface-endpoints.html
    of.COGNITO_IDP,
    // Secrets of Secrets Manager know whether one field is asked for; parameters have none.
    ...(kinds.some(({ hasField }) => hasField !== undefined) ? [of.SECRETS_MANAGER] : []),
    ...(kinds.some(({ hasField }) => hasField === undefined) ? [of.SSM] : []),
    ...(context.collector ? [of.XRAY] : []),
    ...(policy.outputs?.moderation ? [of.BEDROCK_RUNTIME] : []),
  ];
}
