import { Duration, Token } from 'aws-cdk-lib';
import { type Bounds, lifetimeProblem } from '../../private/lifetimes';
import type { FargateHostingOptions } from '../fargate-hosting-options';
import type { FargateScaling } from '../fargate-scaling';
import { deploymentProblems, movesTraffic } from './deployment';
import { MOST_DRAIN, type Settings } from './settings';
import { taskSizeProblem } from './task-size';

/** Everything wrong with the options, in words that say what to write instead. */
export function fargateProblems(options: FargateHostingOptions, settings: Settings): string[] {
  const { minTasks, maxTasks, deployment } = settings;
  const { environment = {}, secrets = {}, scaling, writablePaths = [], healthCheckGracePeriod } = options;
  const twice = Object.keys(environment).filter((name) => name in secrets);
  return [
    taskSizeProblem(settings.cpu, settings.memoryLimitMiB),
    userProblem(settings.user),
    lifetimeProblem('`drain`', options.drain, DRAIN),
    lifetimeProblem('`healthCheckGracePeriod`', healthCheckGracePeriod, GRACE),
    ...countProblems(minTasks, maxTasks),
    ...(scaling ? scalingProblems(scaling, movesTraffic(deployment)) : []),
    ...deploymentProblems(deployment),
    ...writablePaths.map(pathProblem),
    ...repeated(writablePaths).map((path) => `writable path '${path}' is given twice: keep one`),
    groupsProblem(options.securityGroups),
    ...Object.keys({ ...environment, ...secrets })
      .filter((name) => name === 'PORT')
      .map(() => "environment variable 'PORT' is the hosting's, a container gets it from `port`: leave it out"),
    ...twice.map((name) => `'${name}' is in \`environment\` and in \`secrets\`: keep one of them`),
  ].filter((problem) => problem !== undefined);
}

const DRAIN: Bounds = { usual: MOST_DRAIN, least: Duration.seconds(1), most: MOST_DRAIN };
const GRACE: Bounds = { usual: Duration.seconds(60), least: Duration.seconds(0), most: Duration.days(1) };

/** Neither root by number nor by name; a name other than root could still be root's. */
function userProblem(user: string): string | undefined {
  if (/^[1-9]\d*(:[1-9]\d*)?$/.test(user)) return undefined;
  return `\`user\` '${user}' is not allowed: write a number above 0, as '1000' or '1000:1000', so that it is surely not root`;
}

function countProblems(least: number, most: number): string[] {
  if (Token.isUnresolved(least) || Token.isUnresolved(most)) {
    return ['`minTasks` or `maxTasks` is known only at deploy time: write a number'];
  }
  if (!Number.isInteger(least) || !Number.isInteger(most) || least < 1) {
    return [`\`minTasks\` ${least} and \`maxTasks\` ${most} are not allowed: write whole numbers from 1`];
  }
  return most < least ? [`\`maxTasks\` ${most} is less than \`minTasks\` ${least}: write at least ${least}`] : [];
}

/** ECS takes five; without any, the endpoints of a VPC made here would let nobody in, not even for the image. */
function groupsProblem(groups: readonly unknown[] | undefined): string | undefined {
  if (groups === undefined || (groups.length >= 1 && groups.length <= 5)) return undefined;
  return `\`securityGroups\` has ${groups.length}: give one to five, or leave it out to get one made`;
}

function repeated(values: readonly string[]): string[] {
  return [...new Set(values.filter((value, index) => values.indexOf(value) !== index))];
}

function scalingProblems(scaling: FargateScaling, traffic: boolean): string[] {
  const { cpuPercent, memoryPercent, requestsPerTask } = scaling;
  const percent = (name: string, value: number | undefined) =>
    value === undefined || Token.isUnresolved(value) || (value >= 1 && value <= 100)
      ? []
      : [`\`scaling.${name}\` is ${value}: write 1 to 100`];
  return [
    ...percent('cpuPercent', cpuPercent),
    ...percent('memoryPercent', memoryPercent),
    ...(requestsPerTask !== undefined && traffic
      ? [
          '`scaling.requestsPerTask` works with a rolling deployment alone, because the others move requests between target ' +
            'groups: leave it out, or use FargateDeployment.rolling()',
        ]
      : []),
    ...(requestsPerTask !== undefined && !Token.isUnresolved(requestsPerTask) && !(requestsPerTask >= 1)
      ? [`\`scaling.requestsPerTask\` is ${requestsPerTask}: write at least 1`]
      : []),
  ];
}

function pathProblem(path: string): string | undefined {
  if (Token.isUnresolved(path)) return undefined;
  if (/^(?:\/[A-Za-z0-9._-]+)+$/.test(path) && !/\/\.\.?(?:\/|$)/.test(path)) return undefined;
  return `writable path '${path}' is not allowed: write an absolute folder below /, such as '/tmp'`;
}
