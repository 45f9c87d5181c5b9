import { LocalFailure } from '../../failure';
import type { Resource } from '../reader';
import { argvOf, isCollector, type LocalImage, localWords, readImage } from './image';

/** A Fargate task as its definition describes it. */
export interface TaskSpec {
  readonly logicalId: string;
  readonly arn: string;
  readonly family: string;
  readonly containers: readonly ContainerSpec[];
}

export interface ContainerSpec {
  readonly name: string;
  readonly folder: string;
  readonly argv: readonly string[];
  readonly essential: boolean;
  /** The template's variables over the image's, with local origins; ports as in the account. */
  readonly variables: Readonly<Record<string, string>>;
  /** The same as it would be deployed: ports are replaced in these, before origins are. */
  readonly deployedVariables: Readonly<Record<string, string>>;
  readonly secrets: readonly { readonly name: string; readonly from: string }[];
  /** Ports that are mapped, so that others reach them. */
  readonly mappedPorts: readonly number[];
  /** Ports the image says it listens on. */
  readonly exposedPorts: readonly number[];
  readonly dependsOn: readonly { readonly container: string; readonly condition: Condition }[];
  readonly healthCheck?: HealthCheckSpec;
  /** Between SIGTERM and SIGKILL. */
  readonly stopMs: number;
  /** Of its Dockerfile, not carried out. */
  readonly notRun: readonly string[];
}

export type Condition = 'START' | 'HEALTHY';

export interface HealthCheckSpec {
  readonly argv: readonly string[];
  readonly intervalMs: number;
  readonly timeoutMs: number;
  readonly retries: number;
  readonly startPeriodMs: number;
}

interface ContainerDefinition {
  readonly Name: string;
  readonly Image: string;
  readonly Essential?: boolean;
  readonly Command?: readonly string[];
  readonly EntryPoint?: readonly string[];
  readonly Environment?: readonly { readonly Name: string; readonly Value: string }[];
  readonly Secrets?: readonly { readonly Name: string; readonly ValueFrom: string }[];
  readonly PortMappings?: readonly { readonly ContainerPort: number }[];
  readonly DependsOn?: readonly { readonly ContainerName: string; readonly Condition: string }[];
  readonly HealthCheck?: {
    readonly Command: readonly string[];
    readonly Interval?: number;
    readonly Timeout?: number;
    readonly Retries?: number;
    readonly StartPeriod?: number;
  };
  readonly StopTimeout?: number;
}

/** Names and values of all variables of a task are part of its definition, which has this many bytes at most. */
const DEFINITION_BYTES = 65_536;
const STOP_SECONDS = 30;

export function readTask(definition: Resource): TaskSpec {
  definition.oneOf('NetworkMode', ['awsvpc']);
  const local = definition.required<ContainerDefinition[]>('ContainerDefinitions');
  const deployed = definition.deployed<ContainerDefinition[]>('ContainerDefinitions') ?? [];
  if (Buffer.byteLength(JSON.stringify(deployed)) > DEFINITION_BYTES) {
    throw new LocalFailure(`${definition.logicalId} has more than ${DEFINITION_BYTES} bytes: ECS refuses it`);
  }
  return {
    logicalId: definition.logicalId,
    arn: definition.id,
    family: definition.id.replace(/^.*\/|:\d+$/g, ''),
    containers: local.flatMap((container, index) => {
      if (isCollector(container.Image, definition.stack.artifact.images)) return [];
      const name = `the container ${container.Name} of ${definition.logicalId}`;
      const image = readImage(container.Image, name, definition.stack.artifact.images);
      return [readContainer(container, deployed[index] ?? container, name, image)];
    }),
  };
}

function readContainer(
  container: ContainerDefinition,
  deployed: ContainerDefinition,
  name: string,
  image: LocalImage,
): ContainerSpec {
  const commands = { name, entryPoint: container.EntryPoint, command: container.Command };
  return {
    name: container.Name,
    folder: image.folder,
    argv: argvOf(image, commands),
    essential: String(container.Essential ?? true) === 'true',
    variables: { ...image.program.variables, ...variablesOf(container) },
    deployedVariables: { ...image.program.variables, ...variablesOf(deployed) },
    secrets: (container.Secrets ?? []).map((secret) => ({ name: secret.Name, from: secret.ValueFrom })),
    mappedPorts: (container.PortMappings ?? []).map((mapping) => Number(mapping.ContainerPort)),
    exposedPorts: image.program.ports,
    dependsOn: (container.DependsOn ?? []).map((dependency) => ({
      container: dependency.ContainerName,
      condition: conditionOf(dependency.Condition, name),
    })),
    healthCheck: healthCheckOf(container, image, name),
    stopMs: Number(container.StopTimeout ?? STOP_SECONDS) * 1000,
    notRun: image.program.notRun,
  };
}

function variablesOf(container: ContainerDefinition): Record<string, string> {
  return Object.fromEntries((container.Environment ?? []).map(({ Name, Value }) => [Name, String(Value)]));
}

function conditionOf(condition: string, name: string): Condition {
  if (condition === 'START' || condition === 'HEALTHY') return condition;
  throw new LocalFailure(`${name} waits for ${condition} of another: only START and HEALTHY are known here`);
}

/** https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_HealthCheck.html */
function healthCheckOf({ HealthCheck: check }: ContainerDefinition, image: LocalImage, name: string) {
  const [form, ...words] = check?.Command ?? [];
  if (!check || form === 'NONE') return undefined;
  if (form !== 'CMD') {
    throw new LocalFailure(`the health check of ${name} is a line for a shell: write it as ["CMD", "node", …]`);
  }
  return {
    argv: localWords(words, image, name),
    intervalMs: Number(check.Interval ?? 30) * 1000,
    timeoutMs: Number(check.Timeout ?? 5) * 1000,
    retries: Number(check.Retries ?? 3),
    startPeriodMs: Number(check.StartPeriod ?? 0) * 1000,
  };
}
