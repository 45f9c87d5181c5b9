/** What becomes of a recorded call once it is answered: its spans are described, written as OTLP and sent. */
import type { AsyncLocalStorage } from 'node:async_hooks';
import type { Environment } from '../../../environment';
import type { AuditRecord } from '../../audit';
import type { Message } from '../../message';
import type { Principal } from '../../principal';
import type { Target } from '../../target';
import type { Scope } from '../scope';
import type { Attributes, NewId, Span } from '../span';
import { collector, daemon } from './destinations';
import { watchDownstream } from './downstream';
import { exporterTo } from './exporter';
import { describe } from './message-span';

/** Where spans go: the address of a collector, or of the daemon that Lambda runs. */
export type Destination = { readonly collector: string } | { readonly daemon: string };

/** How a message ended. */
export interface Ending {
  readonly principal?: Principal;
  readonly status: number;
  readonly reason?: AuditRecord['reason'];
  readonly outcome?: AuditRecord['outcome'];
}

export interface Answered {
  readonly span: Span;
  /** Undefined: the request was refused before it was read. */
  readonly message?: Message;
  readonly target?: Target;
  readonly ending: Ending;
}

export interface EndedCall {
  readonly spans: readonly Span[];
  readonly answers: readonly Answered[];
  readonly headers: Headers;
  /** Of HTTP. */
  readonly method: string;
}

export interface Recorder {
  take(call: EndedCall): void;
}

export interface RecorderFacts {
  readonly destination: Destination;
  readonly environment: Environment;
  /** Name of the server. */
  readonly server: string;
  readonly resource: string;
  readonly say: (fault: string) => void;
  readonly active: AsyncLocalStorage<Scope | undefined>;
  readonly newId: NewId;
}

export function createRecorder(facts: RecorderFacts): Recorder {
  const { destination, environment, active } = facts;
  watchDownstream(active, facts.newId);
  const host = new URL(facts.resource).hostname;
  const sink = 'daemon' in destination ? daemon(destination.daemon) : collector(destination.collector, environment);
  const send = exporterTo(sink, resourceOf(facts.server, environment), facts.say);
  return {
    take(call) {
      // After the answer, and not in the name of the call that was just answered.
      active.run(undefined, () =>
        setImmediate(() => {
          for (const answered of call.answers) describe(answered, call, host);
          send([...call.answers.map(({ span }) => span), ...call.spans]);
        }),
      );
    },
  };
}

function resourceOf(server: string, environment: Environment): Attributes {
  const name = environment.AWS_LAMBDA_FUNCTION_NAME;
  return {
    'service.name': environment.OTEL_SERVICE_NAME ?? server,
    'telemetry.sdk.name': 'cdk-mcp',
    'telemetry.sdk.language': 'nodejs',
    'cloud.provider': environment.AWS_REGION && 'aws',
    'cloud.region': environment.AWS_REGION,
    'cloud.platform': name && 'aws_lambda',
    'faas.name': name,
    'faas.version': environment.AWS_LAMBDA_FUNCTION_VERSION,
    'aws.log.group.names': environment.AWS_LAMBDA_LOG_GROUP_NAME,
  };
}
