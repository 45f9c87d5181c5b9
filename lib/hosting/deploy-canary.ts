import { Duration } from 'aws-cdk-lib';
import type * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import * as codedeploy from 'aws-cdk-lib/aws-codedeploy';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import { acknowledgeAccountWideActions } from '../private/acknowledgements';
import type { GradualDeployment } from '../private/bindings';
import { fail } from '../private/errors';
import type { CanaryOptions } from './lambda-deployment';

/** Alarms that speak of the new version; the others can be set off from outside, and would stop a repair. */
const ROLLBACK_ALARMS = ['ErrorsAlarm', 'ServerErrorsAlarm', 'LatencyAlarm', 'ThrottlesAlarm', 'MemoryAlarm'];

/** CodeDeploy's longest wait: two days. */
const LONGEST_MINUTES = 2880;

/** An alias that CodeDeploy moves to a new version, a part of the traffic first. */
export function deployCanary(parent: Construct, handler: lambda.Function, options: CanaryOptions): GradualDeployment {
  const scope = new Construct(parent, 'Deployment');
  const percentage = options.percent ?? 10;
  const interval = options.interval ?? Duration.minutes(20);
  checkShare(scope, percentage);
  checkInterval(scope, interval);
  const alias = new lambda.Alias(scope, 'Alias', { aliasName: 'live', version: handler.currentVersion });
  const group = new codedeploy.LambdaDeploymentGroup(scope, 'Group', {
    alias,
    // As it is: the construct would attach AWS's policy, which lets it change every alias of the account.
    role: serviceRole(scope, handler).withoutPolicyUpdates(),
    application: new codedeploy.LambdaApplication(scope, 'Application'),
    deploymentConfig: new codedeploy.LambdaDeploymentConfig(scope, 'Config', {
      trafficRouting: new codedeploy.TimeBasedCanaryTrafficRouting({ interval, percentage }),
    }),
    autoRollback: { failedDeployment: true, stoppedDeployment: true, deploymentInAlarm: true },
  });
  return { alias, rollbackOn: (alarms) => watch(scope, group, alarms) };
}

function watch(scope: Construct, group: codedeploy.LambdaDeploymentGroup, alarms: readonly cloudwatch.Alarm[]): void {
  const deciding = alarms.filter(({ node }) => ROLLBACK_ALARMS.includes(node.id));
  if (deciding.length === 0) {
    fail(scope, 'a canary without alarms would never roll back: leave `alarms` of the observability on');
  }
  for (const alarm of deciding) group.addAlarm(alarm);
}

/** @see https://docs.aws.amazon.com/aws-managed-policy/latest/reference/AWSCodeDeployRoleForLambdaLimited.html */
function serviceRole(scope: Construct, handler: lambda.Function): iam.Role {
  const role = new iam.Role(scope, 'Role', { assumedBy: new iam.ServicePrincipal('codedeploy.amazonaws.com') });
  new iam.Policy(role, 'Shift', {
    roles: [role],
    statements: [
      new iam.PolicyStatement({
        actions: ['lambda:GetAlias', 'lambda:UpdateAlias', 'lambda:GetProvisionedConcurrencyConfig'],
        resources: [handler.functionArn, `${handler.functionArn}:live`],
      }),
    ],
  });
  const alarms = new iam.Policy(role, 'Alarms', {
    roles: [role],
    statements: [new iam.PolicyStatement({ actions: ['cloudwatch:DescribeAlarms'], resources: ['*'] })],
  });
  acknowledgeAccountWideActions(alarms, 'CodeDeploy asks for the state of its alarms with one call for all of them');
  return role;
}

function checkShare(scope: Construct, percent: number): void {
  if (!Number.isInteger(percent) || percent < 1 || percent > 99) {
    fail(
      scope,
      `a canary of ${percent} percent is none: use a whole number from 1 to 99, or LambdaDeployment.allAtOnce()`,
    );
  }
}

function checkInterval(scope: Construct, interval: Duration): void {
  if (interval.isUnresolved()) return;
  const minutes = interval.toMinutes({ integral: false });
  if (!Number.isInteger(minutes) || minutes < 1 || minutes > LONGEST_MINUTES) {
    fail(scope, `CodeDeploy waits for whole minutes, 1 to ${LONGEST_MINUTES}, not for ${interval.toHumanString()}`);
  }
}
