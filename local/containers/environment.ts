/** What every container of a task finds beside its own variables. */
export interface ContainerSurroundings {
  readonly region: string;
  /** `AWS_ENDPOINT_URL_<SERVICE>` by service, e.g. `DYNAMODB`. */
  readonly serviceEndpoints: Readonly<Record<string, string>>;
  /** Those that lead to the task's agent. */
  readonly agent: Readonly<Record<string, string>>;
  readonly path: string;
}

/**
 * The whole environment of a container's process: the image's and the template's variables, what ECS itself sets on
 * Fargate, and the addresses of the services that run here. Nothing of the shell leaks in, `PATH` aside.
 */
export function containerEnvironment(
  variables: Readonly<Record<string, string>>,
  surroundings: ContainerSurroundings,
): Record<string, string> {
  const { region, agent, path } = surroundings;
  const endpoints = Object.entries(surroundings.serviceEndpoints).map(([service, url]) => [
    `AWS_ENDPOINT_URL_${service}`,
    url,
  ]);
  return {
    HOME: '/',
    ...variables,
    ...Object.fromEntries(endpoints),
    ...agent,
    AWS_DEFAULT_REGION: region,
    AWS_EXECUTION_ENV: 'AWS_ECS_FARGATE',
    AWS_REGION: region,
    PATH: path,
  };
}
