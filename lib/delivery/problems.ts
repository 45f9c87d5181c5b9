import { Stack, Token } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { commandProblems } from './build-commands';
import type { McpDeliveryPipelineProps } from './delivery-pipeline-props';
import { sameStackProblems } from './same-stacks';
import { smokeProblems } from './smoke-step';
import { valueProblems } from './value-problems';

const CONNECTION = /^arn:[\w-]+:(codeconnections|codestar-connections):[\w-]+:\d{12}:connection\/[\w-]+$/;
const REPOSITORY = /^[^/\s]+(\/[^/\s]+)+$/;

/** What can be told to be wrong before anything is made. */
export function deliveryProblems(scope: Construct, props: McpDeliveryPipelineProps): string[] {
  return [
    ...sourceProblems(props),
    ...stageProblems(scope, props),
    ...commandProblems({ commands: props.commands ?? {}, entries: props.entries ?? [] }),
    ...smokeProblems(props.smokeTest),
    ...valueProblems(props),
  ];
}

function sourceProblems({ connectionArn, repository, branch }: McpDeliveryPipelineProps): string[] {
  const problems: string[] = [];
  if (!Token.isUnresolved(connectionArn) && !CONNECTION.test(connectionArn)) {
    problems.push(
      `connectionArn '${connectionArn}' is no connection: write arn:aws:codeconnections:<region>:<account>:connection/<id>`,
    );
  }
  if (!Token.isUnresolved(repository) && !REPOSITORY.test(repository)) {
    problems.push(`repository '${repository}' has no owner: write 'owner/name'`);
  }
  if (branch !== undefined && branch.trim() === '') problems.push("branch is empty: write 'main', or leave it out");
  return problems;
}

function stageProblems(
  scope: Construct,
  { preProduction, production, smokeTest, crossAccountKeys }: McpDeliveryPipelineProps,
): string[] {
  const problems: string[] = [];
  if (production.length === 0)
    problems.push('production is empty: give the stages that are deployed after the approval');
  const stages = [preProduction, ...production];
  const repeated = stages.filter((stage, index) => stages.indexOf(stage) !== index);
  for (const stage of new Set(repeated)) {
    problems.push(`stage '${stage.node.id}' is given twice: give production stages of their own`);
  }
  problems.push(...sameStackProblems(scope, new Set(stages)));
  const stack = Stack.of(scope);
  for (const stage of new Set(stages)) {
    if (stage.node.scopes.includes(stack)) continue;
    problems.push(
      `stage '${stage.node.id}' is not below the pipeline's stack: create it with the stack as its scope, ` +
        'or the pipeline could not update itself',
    );
  }
  for (const stage of crossAccountKeys ? [] : new Set(stages)) {
    if (stage.account === undefined || stage.account === stack.account) continue;
    problems.push(
      `stage '${stage.node.id}' is in account ${stage.account}: once it is bootstrapped with --trust for the account of ` +
        'the pipeline, set crossAccountKeys to true',
    );
  }
  for (const name of ['mcpUrl', 'clientId'] as const) {
    if (smokeTest[name].node.scopes.includes(preProduction)) continue;
    problems.push(`smokeTest.${name} is no output of the pre-production stage, which is the one that is tried`);
  }
  return problems;
}
