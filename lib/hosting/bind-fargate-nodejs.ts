import { readFileSync } from 'node:fs';
import * as ecs from 'aws-cdk-lib/aws-ecs';
import { Construct } from 'constructs';
import { assetPath } from '../private/assets';
import type { HostingBinding, HostingContext } from '../private/bindings';
import { bundleServer, withFolder } from '../private/bundling';
import { checkUserEnvironment } from '../private/environment';
import { failOnProblems } from '../private/errors';
import { createLogGroup } from '../private/log-group';
import { addGuard, platformOf } from './fargate/guard';
import { hostService } from './fargate/host';
import { fargateProblems } from './fargate/problems';
import { settingsOf } from './fargate/settings';
import { addWritablePaths, createTask } from './fargate/task';
import type { FargateNodejsHostingProps } from './fargate-nodejs-props';

const DOCKERFILE = 'Dockerfile';

/** The bundle with a Dockerfile of this package's: one container that is server and guard. */
export function bindFargateNodejs(
  parent: Construct,
  props: FargateNodejsHostingProps,
  context: HostingContext,
): HostingBinding {
  const scope = new Construct(parent, 'Server');
  const settings = settingsOf(props, context.endpoint);
  failOnProblems(scope, fargateProblems(props, settings));
  checkUserEnvironment(scope, { ...props.environment, ...props.secrets });
  const bundle = bundleServer(scope, {
    entry: props.entry,
    minify: props.bundling?.minify ?? true,
    sourceMap: props.bundling?.sourceMap ?? false,
    externalModules: props.bundling?.externalModules ?? [],
    runsIn: 'container',
  });
  const files = new Map([...bundle, [DOCKERFILE, readFileSync(assetPath(scope, 'container', DOCKERFILE), 'utf8')]]);
  return withFolder(scope, files, (folder) => {
    const task = createTask(scope, settings);
    const logGroup = createLogGroup(scope, 'Logs', context.state);
    const guard = addGuard(task, {
      image: ecs.ContainerImage.fromAsset(folder, { platform: platformOf(settings.architecture) }),
      user: settings.user,
      logGroup,
      environment: props.environment ?? {},
      secrets: props.secrets,
      settings,
      context,
    });
    addWritablePaths(task, guard, props.writablePaths ?? []);
    const { memoryLimitMiB: memorySize } = settings;
    return {
      ...hostService(scope, { task, guard, logGroup, options: props, settings, context, images: [] }),
      memorySize,
    };
  });
}
