import type * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import type * as ecs from 'aws-cdk-lib/aws-ecs';
import { fail } from '../../private/errors';
import { type DeploymentChoice, movesTraffic } from './deployment';

/**
 * Alarms that speak of the new version. The others can be set off from outside, and would stop a repair; those on the
 * service itself could not be created before it.
 */
const DECIDING = ['ErrorsAlarm', 'ServerErrorsAlarm', 'LatencyAlarm', 'UnhealthyAlarm'];

/** Undoes a deployment during which an alarm goes off; the circuit breaker undoes those that never get healthy. */
export function rollBackOn(
  service: ecs.FargateService,
  deployment: DeploymentChoice,
  alarms: readonly cloudwatch.Alarm[],
): void {
  const names = alarms.filter(({ node }) => DECIDING.includes(node.id)).map(({ alarmName }) => alarmName);
  if (names.length === 0) {
    if (!movesTraffic(deployment)) return;
    fail(
      service,
      `a ${deployment.kind} deployment without alarms would never be undone by one: leave \`alarms\` of the observability ` +
        'on, or use FargateDeployment.rolling()',
    );
  }
  // Not by the L2's method, which tells at every synth of circles that these alarms do not make.
  const resource = service.node.findChild('Service') as ecs.CfnService;
  resource.addPropertyOverride('DeploymentConfiguration.Alarms', { AlarmNames: names, Enable: true, Rollback: true });
}
