import { Stack, Stage, Token } from 'aws-cdk-lib';
import type { Construct } from 'constructs';

/**
 * Stages that are one and the same stack to CloudFormation: the trial would be deployed into what it is to protect.
 * Not seen: an environment that is said in one stage and left to the pipeline's credentials in the other.
 */
export function sameStackProblems(scope: Construct, stages: Iterable<Stage>): string[] {
  const home = Stack.of(scope);
  const found = new Map<string, Stage>();
  const problems: string[] = [];
  for (const stage of stages) {
    for (const stack of stacksOf(stage)) {
      const place = [or(stack.account, home.account), or(stack.region, home.region), stack.stackName].join('/');
      const other = found.get(place);
      if (other === undefined) found.set(place, stage);
      else if (other !== stage) {
        problems.push(
          `stage '${other.node.id}' and stage '${stage.node.id}' both deploy stack '${stack.stackName}' of one account ` +
            'and region: give each its own `stackName`, or leave it out',
        );
      }
    }
  }
  return problems;
}

/** Nested stacks and stages inside are deployed by others, or not at all. */
function stacksOf(stage: Stage): Stack[] {
  return stage.node
    .findAll()
    .filter((node) => Stack.isStack(node))
    .filter((stack) => stack.nestedStackParent === undefined && Stage.of(stack) === stage);
}

/** A stage without an environment is deployed where the pipeline is. */
function or(place: string, home: string): string {
  if (!Token.isUnresolved(place)) return place;
  return Token.isUnresolved(home) ? '' : home;
}
