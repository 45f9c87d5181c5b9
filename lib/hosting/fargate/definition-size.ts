import { Stack } from 'aws-cdk-lib';
import type * as ecs from 'aws-cdk-lib/aws-ecs';

/** Bytes of a task definition, and what is kept free for values that are known only at deploy time. */
const LIMIT = 65_536;
const MARGIN = 8_192;

/** Fails at synth, when every variable is known, if ECS would refuse the task definition. */
export function checkTaskSize(definition: ecs.FargateTaskDefinition): void {
  definition.node.addValidation({
    validate: () => {
      const resource = definition.node.defaultChild as ecs.CfnTaskDefinition;
      const size = Buffer.byteLength(JSON.stringify(Stack.of(definition).resolve(resource.containerDefinitions)));
      return size <= LIMIT - MARGIN
        ? []
        : [
            `the task definition of ${definition.node.path} has about ${size} bytes, ECS allows ${LIMIT}: shorten or ` +
              'remove variables, shorten rule names with a trailing `*`, or declare fewer scopes',
          ];
    },
  });
}
