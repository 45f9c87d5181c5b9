import { Token } from 'aws-cdk-lib';
import { quoted } from '../private/errors';
import type { McpDeliveryPipelineProps } from './delivery-pipeline-props';

const ADDRESS = /^[^\s@]+@[^\s@]+$/;
const NODE_VERSION = /^(\d+(\.(\d+|x))*|latest)$/;
const CDK_VERSION = /^[~^]?\w[\w.-]*$/;

/** Values that AWS or npm would refuse only when the pipeline is deployed or runs. */
export function valueProblems(props: McpDeliveryPipelineProps): string[] {
  const { notify = [], nodeVersion, cdkVersion } = props;
  const odd = notify.filter((address) => !Token.isUnresolved(address) && !ADDRESS.test(address));
  return [
    ...timeProblems(props),
    ...(odd.length > 0 ? [`notify has ${quoted(odd)}: write mail addresses, such as 'ops@example.com'`] : []),
    ...(nodeVersion !== undefined && !Token.isUnresolved(nodeVersion) && !NODE_VERSION.test(nodeVersion)
      ? [`nodeVersion '${nodeVersion}' is none of Node.js: write '22', or leave it out`]
      : []),
    ...(cdkVersion !== undefined && !Token.isUnresolved(cdkVersion) && !CDK_VERSION.test(cdkVersion)
      ? [`cdkVersion '${cdkVersion}' is none of the CDK's command line: write '2.1148', or leave it out`]
      : []),
  ];
}

/**
 * @see https://docs.aws.amazon.com/codepipeline/latest/userguide/limits.html
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/intro-lifecycle-rules.html
 */
function timeProblems({ approvalTimeout, artifactRetention }: McpDeliveryPipelineProps): string[] {
  const problems: string[] = [];
  if (approvalTimeout !== undefined && !approvalTimeout.isUnresolved()) {
    const minutes = approvalTimeout.toMinutes({ integral: false });
    if (!Number.isInteger(minutes) || minutes < 5 || minutes > 86_400) {
      problems.push(`approvalTimeout of ${approvalTimeout.toHumanString()} is not possible: use 5 minutes to 60 days`);
    }
  }
  if (artifactRetention !== undefined && !artifactRetention.isUnresolved()) {
    const days = artifactRetention.toDays({ integral: false });
    if (!Number.isInteger(days) || days < 1) {
      problems.push(
        `artifactRetention of ${artifactRetention.toHumanString()} is not possible: use whole days, 1 or more`,
      );
    }
  }
  return problems;
}
