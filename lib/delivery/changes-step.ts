import { Aws, type Stage } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import { EnvironmentPlaceholders } from 'aws-cdk-lib/cx-api';
import { CodeBuildStep, type IFileSetProducer } from 'aws-cdk-lib/pipelines';
import { fail } from '../private/errors';
import { CLI_FOLDER, quoted } from './build-commands';

/** The variable that the approval shows. */
export const CHANGES = 'CHANGES';

/** Finds out what an approval would change, compared with what is deployed, and sends it to the topic. */
export function changesStep(stages: readonly Stage[], assembly: IFileSetProducer, topic: ITopic): CodeBuildStep {
  const folders = stages.map(({ artifactId }) => quoted(artifactId)).join(' ');
  return new CodeBuildStep('WhatChanges', {
    input: assembly,
    env: { TOPIC_ARN: topic.topicArn },
    commands: [
      `node ${CLI_FOLDER}/cdk-mcp.mjs changes --deployed ${folders} --markdown changes.md --summary summary.txt`,
      `export ${CHANGES}="$(cat summary.txt)"`,
      // A message of SNS has 256 KB at most.
      'head -c 250000 changes.md > message.md',
      'aws sns publish --topic-arn "$TOPIC_ARN" --subject "An approval is due: what it would change" --message file://message.md',
    ],
    rolePolicyStatements: [new iam.PolicyStatement({ actions: ['sts:AssumeRole'], resources: lookupRoles(stages) })],
  });
}

/** The roles that bootstrapping made for reading: as `cdk diff` does, this reads the deployed templates with them. */
function lookupRoles(stages: readonly Stage[]): string[] {
  const roles = stages.flatMap((stage) =>
    stage.synth().stacksRecursively.map((stack) => {
      const { arn } = stack.lookupRole ?? {};
      if (arn === undefined) {
        fail(stage, `what changes in ${stack.stackName} could not be shown: its synthesizer has no lookup role`);
      }
      return EnvironmentPlaceholders.replace(arn, {
        accountId: concrete(stack.environment.account) ?? Aws.ACCOUNT_ID,
        region: concrete(stack.environment.region) ?? Aws.REGION,
        partition: Aws.PARTITION,
      });
    }),
  );
  return [...new Set(roles)];
}

function concrete(value: string): string | undefined {
  return value.startsWith('unknown-') ? undefined : value;
}
