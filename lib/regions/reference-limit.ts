import { CfnElement, Stack } from 'aws-cdk-lib';
import type { Construct } from 'constructs';

/** @see https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/dynamic-references.html */
const MOST_REFERENCES = 60;

const REFERENCE = /\{\{resolve:/g;

/** A stack with more dynamic references than CloudFormation reads fails when it is synthesised, not when deployed. */
export function limitReferences(scope: Construct): void {
  const stack = Stack.of(scope);
  scope.node.addValidation({
    validate: () => {
      const count = stack.node
        .findAll()
        .filter(isOf(stack))
        .reduce((sum, element) => sum + referencesIn(element), 0);
      if (count <= MOST_REFERENCES) return [];
      return [
        `the stack has ${count} dynamic references, CloudFormation reads ${MOST_REFERENCES}: each machine client of a ` +
          'server behind an HTTP API takes one outside the primary region; use fewer machine clients, ' +
          'McpEndpoint.restApi, which needs none for them, or a stack for each server',
      ];
    },
  });
}

function isOf(stack: Stack) {
  return (node: unknown): node is CfnElement => CfnElement.isCfnElement(node) && node.stack === stack;
}

function referencesIn(element: CfnElement): number {
  const template = (element as unknown as { _toCloudFormation(): object })._toCloudFormation();
  return JSON.stringify(element.stack.resolve(template)).match(REFERENCE)?.length ?? 0;
}
