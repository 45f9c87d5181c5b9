import type { Platform } from 'aws-cdk-lib/aws-ecr-assets';
import * as ecs from 'aws-cdk-lib/aws-ecs';
import * as iam from 'aws-cdk-lib/aws-iam';
import { acknowledgeAccountWideActions } from '../private/acknowledgements';
import { assetPath } from '../private/assets';

const PORT = 4318;
const MEMORY_MIB = 128;
/** Attributes by which X-Ray finds traces. */
const INDEXED = ['mcp.method.name', 'gen_ai.tool.name', 'gen_ai.prompt.name', 'error.type', 'cdk_mcp.client'];

export interface CollectorOptions {
  readonly logging: ecs.LogDriver;
  readonly platform: Platform;
}

export interface Collector {
  readonly container: ecs.ContainerDefinition;
  /** For the container that runs the guard. */
  readonly environment: Readonly<Record<string, string>>;
}

/**
 * Adds AWS's collector for OpenTelemetry to a task: it takes OTLP/HTTP on loopback and hands it to X-Ray. It may fail
 * without taking the task with it. The image is built from a release, as the guard's is: subnets without a way to the
 * internet reach no public registry.
 *
 * @see https://aws-otel.github.io/docs/setup/ecs
 */
export function addCollector(task: ecs.TaskDefinition, options: CollectorOptions): Collector {
  const linuxParameters = new ecs.LinuxParameters(task, 'CollectorLinux', { initProcessEnabled: true });
  linuxParameters.dropCapabilities(ecs.Capability.ALL);
  const container = task.addContainer('Collector', {
    image: ecs.ContainerImage.fromAsset(assetPath(task, 'collector'), { platform: options.platform }),
    essential: false,
    memoryReservationMiB: MEMORY_MIB,
    readonlyRootFilesystem: true,
    privileged: false,
    user: '1000',
    linuxParameters,
    logging: options.logging,
    environment: { AOT_CONFIG_CONTENT: JSON.stringify(CONFIGURATION) },
    healthCheck: { command: ['CMD', '/healthcheck'] },
  });
  const policy = new iam.Policy(task, 'Tracing', {
    roles: [task.taskRole],
    statements: [new iam.PolicyStatement({ actions: ACTIONS, resources: ['*'] })],
  });
  acknowledgeAccountWideActions(policy, 'sending trace segments to X-Ray');
  return { container, environment: { OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${PORT}` } };
}

const ACTIONS = ['xray:PutTraceSegments', 'xray:PutTelemetryRecords'];

/** JSON is YAML. */
const CONFIGURATION = {
  extensions: { health_check: {} },
  receivers: { otlp: { protocols: { http: { endpoint: `127.0.0.1:${PORT}` } } } },
  processors: {
    memory_limiter: { check_interval: '1s', limit_mib: 100 },
    batch: { timeout: '1s', send_batch_size: 50 },
  },
  exporters: { awsxray: { indexed_attributes: INDEXED } },
  service: {
    extensions: ['health_check'],
    pipelines: {
      traces: { receivers: ['otlp'], processors: ['memory_limiter', 'batch'], exporters: ['awsxray'] },
    },
  },
};
