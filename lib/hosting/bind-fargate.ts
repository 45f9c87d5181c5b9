import * as ecs from 'aws-cdk-lib/aws-ecs';
import { Construct } from 'constructs';
import { assetPath } from '../private/assets';
import type { HostingBinding, HostingContext } from '../private/bindings';
import { SidecarVariable } from '../private/contract';
import { checkUserEnvironment } from '../private/environment';
import { failOnProblems } from '../private/errors';
import { createLogGroup } from '../private/log-group';
import { addGuard, platformOf } from './fargate/guard';
import { hostService } from './fargate/host';
import { warnOfPlatform } from './fargate/images';
import { settingsOf } from './fargate/settings';
import { sidecarProblems } from './fargate/sidecar-problems';
import { addContainer, addWritablePaths, createTask } from './fargate/task';
import type { FargateHostingProps } from './fargate-hosting-props';

/** The user's container with the guard's beside it; the guard's port alone is open. */
export function bindFargate(parent: Construct, props: FargateHostingProps, context: HostingContext): HostingBinding {
  const scope = new Construct(parent, 'Server');
  const settings = settingsOf(props, context.endpoint);
  failOnProblems(scope, sidecarProblems(props, settings, context.policy));
  checkUserEnvironment(scope, { ...props.environment, ...props.secrets });
  warnOfPlatform(scope, props.image, platformOf(settings.architecture));
  const task = createTask(scope, settings);
  const logGroup = createLogGroup(scope, 'Logs', context.state);
  const guard = addGuard(task, {
    image: ecs.ContainerImage.fromAsset(assetPath(scope, 'guard'), { platform: platformOf(settings.architecture) }),
    user: '1000',
    logGroup,
    environment: { [SidecarVariable.upstream]: `http://127.0.0.1:${props.port}${props.path ?? '/mcp'}` },
    settings,
    context,
  });
  const app = addContainer(task, 'App', {
    image: props.image,
    user: settings.user,
    logGroup: createLogGroup(scope, 'AppLogs', context.state),
    environment: { ...props.environment, PORT: String(props.port) },
    secrets: props.secrets,
    command: props.command,
    entryPoint: props.entryPoint,
    healthCheck: props.healthCommand && { command: props.healthCommand },
    stopTimeout: settings.stopTimeout,
  });
  addWritablePaths(task, app, props.writablePaths ?? []);
  // ECS stops containers in the opposite order: the guard ends its calls while the server still works on them.
  guard.addContainerDependencies({
    container: app,
    condition: props.healthCommand ? ecs.ContainerDependencyCondition.HEALTHY : ecs.ContainerDependencyCondition.START,
  });
  const images = [app.imageName];
  return { ...hostService(scope, { task, guard, logGroup, options: props, settings, context, images }), foreign: true };
}
