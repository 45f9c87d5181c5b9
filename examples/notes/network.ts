import { FlowLogDestination, FlowLogTrafficType, Vpc } from 'aws-cdk-lib/aws-ec2';
import type { Construct } from 'constructs';

/** Where tasks of several regions run: they reach the sign-in of the first region and each other's tables by way of NAT. */
export function notesNetwork(scope: Construct): Vpc {
  const vpc = new Vpc(scope, 'Vpc', { maxAzs: 2, natGateways: 1 });
  vpc.addFlowLog('FlowLog', {
    destination: FlowLogDestination.toCloudWatchLogs(),
    trafficType: FlowLogTrafficType.REJECT,
  });
  return vpc;
}
