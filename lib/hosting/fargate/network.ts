import { Annotations, Stack } from 'aws-cdk-lib';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import type * as ecs from 'aws-cdk-lib/aws-ecs';
import { Construct } from 'constructs';
import type { StateOptions } from '../../private/bindings';
import { fail } from '../../private/errors';
import { createLogGroup } from '../../private/log-group';
import { existingNetwork, givenVpc } from './existing-network';

/** Where tasks and load balancer are. */
export interface Network {
  readonly vpc: ec2.IVpc;
  readonly subnets: ec2.SubnetSelection;
  /** Without a way to the internet; `undefined` where the VPC is the user's. */
  readonly own?: ec2.Vpc;
}

export interface NetworkChoice {
  readonly vpc?: ec2.IVpc;
  readonly vpcSubnets?: ec2.SubnetSelection;
  readonly cluster?: ecs.ICluster;
}

export function networkOf(scope: Construct, choice: NetworkChoice, state: StateOptions): Network {
  const { vpc, cluster, vpcSubnets } = choice;
  const given = givenVpc(scope, vpc, cluster);
  if (given) return existingNetwork(scope, given, vpcSubnets);
  if (vpcSubnets) fail(scope, '`vpcSubnets` are of no VPC: give `vpc`, or leave them out to get a VPC made');
  const own = createVpc(scope, state);
  return { vpc: own, subnets: { subnetType: ec2.SubnetType.PRIVATE_ISOLATED }, own };
}

/**
 * Two zones, private subnets alone. Where account and region of the stack are both known, the CDK looks the zones up;
 * otherwise CloudFormation chooses them.
 */
function createVpc(parent: Construct, state: StateOptions): ec2.Vpc {
  const scope = new Construct(parent, 'Network');
  warnOfZone(scope);
  const vpc = new ec2.Vpc(scope, 'Vpc', {
    maxAzs: 2,
    natGateways: 0,
    subnetConfiguration: [{ name: 'Server', subnetType: ec2.SubnetType.PRIVATE_ISOLATED, cidrMask: 24 }],
  });
  vpc.addFlowLog('FlowLog', {
    destination: ec2.FlowLogDestination.toCloudWatchLogs(createLogGroup(scope, 'FlowLogs', state)),
    trafficType: ec2.FlowLogTrafficType.REJECT,
  });
  return vpc;
}

/** @see https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-vpc-links.html */
function warnOfZone(scope: Construct): void {
  if (Stack.of(scope).region !== 'us-east-1') return;
  Annotations.of(scope).addWarningV2(
    'cdk-mcp:zoneWithoutVpcLink',
    'a VPC link takes no subnet in the zone use1-az3, and the VPC made here may get one there: if the deployment says ' +
      'so, give `vpc` with private subnets in two other zones',
  );
}
