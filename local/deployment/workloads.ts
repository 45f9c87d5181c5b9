import type { ContainersSpec } from './containers/containers';
import type { FunctionSpec } from './functions';

/** Whatever runs code of the app, and what it is told. */
export interface Workload {
  /** Of a container, with its name behind it. */
  readonly logicalId: string;
  readonly variables: Readonly<Record<string, string>>;
}

/** Functions and containers alike: what a guard is told says which server it guards, wherever it runs. */
export function workloadsOf(deployment: {
  readonly functions: readonly Pick<FunctionSpec, 'logicalId' | 'variables'>[];
  readonly containers: Pick<ContainersSpec, 'services'>;
}): Workload[] {
  return [
    ...deployment.functions.map(({ logicalId, variables }) => ({ logicalId, variables })),
    ...deployment.containers.services.flatMap(({ logicalId, task }) =>
      task.containers.map(({ name, variables }) => ({ logicalId: `${logicalId}.${name}`, variables })),
    ),
  ];
}
