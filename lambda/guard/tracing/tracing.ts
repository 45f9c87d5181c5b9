/**
 * Traces of one process: what begins each and decides which are recorded. What it takes to record one lies in a file of
 * its own that no cold start waits for.
 */
import type { TracingSettings } from '../../../lib/private/contract';
import { type Environment, url } from '../../environment';
import { CallTrace, type CallTraceFacts } from './call-trace';
import type { Destination, EndedCall, Recorder } from './record/recorder';
import { Sampler } from './sampling';
import { active } from './scope';
import { newId } from './span';
import { fromTraceparent, fromXRay } from './trace-context';

export interface Tracing {
  begin(request: Request): CallTrace;
}

export interface TracingFacts {
  /** Name of the server. */
  readonly server: string;
  readonly resource: string;
  readonly say: (fault: string) => void;
}

/** Calls that wait for the recorder to be loaded. */
const MAX_EARLY = 32;

/** @throws for an endpoint that spans must not be sent to. */
export function createTracing(settings: TracingSettings, environment: Environment, facts: TracingFacts): Tracing {
  const destination = destinationFrom(environment);
  const trace: CallTraceFacts = {
    sampler: new Sampler(settings.ratio),
    ratio: settings.ratio,
    clients: settings.clients ?? true,
    recorder: destination && lazyRecorder(destination, environment, facts),
  };
  const onLambda = environment.AWS_LAMBDA_FUNCTION_NAME !== undefined;
  return {
    begin({ headers, method }) {
      const platform = onLambda ? fromXRay(process.env._X_AMZN_TRACE_ID) : undefined;
      const request =
        fromTraceparent(headers.get('traceparent'), headers.get('tracestate')) ??
        (platform === undefined ? fromXRay(headers.get('x-amzn-trace-id')) : undefined);
      return new CallTrace(trace, { platform, request, headers, method });
    },
  };
}

function lazyRecorder(destination: Destination, environment: Environment, facts: TracingFacts): Pick<Recorder, 'take'> {
  const early: EndedCall[] = [];
  let recorder: Recorder | undefined;
  import('./record/recorder').then(
    ({ createRecorder }) => {
      recorder = createRecorder({ ...facts, destination, environment, active, newId });
      for (const call of early.splice(0)) recorder.take(call);
    },
    (fault: unknown) => facts.say(`nothing is traced: ${fault}`),
  );
  return {
    take(call) {
      if (recorder !== undefined) recorder.take(call);
      else if (early.length < MAX_EARLY) early.push(call);
    },
  };
}

/** Undefined: there is nobody to send to. */
function destinationFrom(environment: Environment): Destination | undefined {
  const traces = 'OTEL_EXPORTER_OTLP_TRACES_ENDPOINT';
  const all = 'OTEL_EXPORTER_OTLP_ENDPOINT';
  if (environment[traces]) return { collector: url(environment, traces) };
  if (environment[all]) return { collector: `${url(environment, all).replace(/\/$/, '')}/v1/traces` };
  const daemon = environment.AWS_XRAY_DAEMON_ADDRESS;
  return daemon ? { daemon } : undefined;
}
