import { GuardVariable } from '../../lib/private/contract';
import { resourcesOf, type Template } from './template';

/** Whatever carries a policy: a function, or the container of a task definition that is the guard. */
export interface GuardInTemplate {
  readonly logicalId: string;
  readonly properties: Readonly<Record<string, unknown>>;
  readonly variables: Readonly<Record<string, unknown>>;
}

export function guardsIn(template: Template): GuardInTemplate[] {
  const functions = resourcesOf(template, 'AWS::Lambda::Function').map(([logicalId, properties]) => {
    const { Variables = {} } = (properties.Environment ?? {}) as { Variables?: Record<string, unknown> };
    return { logicalId, properties, variables: Variables };
  });
  const containers = resourcesOf(template, 'AWS::ECS::TaskDefinition').flatMap(([logicalId, properties]) =>
    containersOf(properties).map((variables) => ({ logicalId, properties, variables })),
  );
  return [...functions, ...containers].filter(({ variables }) => GuardVariable.policy in variables);
}

/** The variables of each container; one without any has none of ours. */
function containersOf({ ContainerDefinitions: definitions }: GuardInTemplate['properties']) {
  const containers = (definitions ?? []) as readonly { Environment?: readonly { Name: string; Value: unknown }[] }[];
  return containers.map(
    ({ Environment = [] }): Record<string, unknown> =>
      Object.fromEntries(Environment.map(({ Name, Value }) => [Name, Value])),
  );
}
