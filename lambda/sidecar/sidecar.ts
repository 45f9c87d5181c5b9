/** The guard in front of a server in another process. */
import { stdoutLog } from '../guard/audit';
import { configFrom, type GuardConfig } from '../guard/config';
import type { CallContext } from '../guard/exchange';
import { createGuard, type GuardDependencies } from '../guard/guard';
import { concurrencyOf, limitsOf } from '../guard/limit-rules';
import type { GuardedFetch } from '../serve/guarded';
import { upstreamFrom } from './config';
import { connectionTo, type Send } from './connection';
import { upstreamServer } from './upstream';
import { UpstreamSessions } from './upstream-sessions';
import { upstreamTools } from './upstream-tools';

/** What asks for `/health` waits longer: a process in the container 4 s, the load balancer 5 s. */
const READY_MS = 3_000;

export interface Sidecar {
  start(): GuardedFetch;
  /** Whether the server answers HTTP, whatever it says. A connection is no sign: the system takes it, not the server. */
  ready(): Promise<boolean>;
}

/** @throws naming the variable that is missing or wrong. */
export function sidecar(environment: NodeJS.ProcessEnv): Sidecar {
  const url = upstreamFrom(environment);
  return {
    start: () => guardedUpstream(configFrom(environment), url),
    ready: () => answers(connectionTo(url)),
  };
}

export function guardedUpstream(config: GuardConfig, url: URL, dependencies: GuardDependencies = {}): GuardedFetch {
  const { log = stdoutLog } = dependencies;
  const { responseBytes: maxBytes, bodyBytes } = limitsOf(config.policy);
  const warn = (fault: string) =>
    log({ type: 'error', time: new Date().toISOString(), server: config.server, requestId: 'start', fault });
  const send = connectionTo(url);
  const sessions = new UpstreamSessions(send);
  const server = upstreamServer({ send, sessions, maxBytes, warn });
  const listTools = upstreamTools({ send, server, sessions, resource: config.resource, maxBytes });
  const guard = createGuard(config, { ...dependencies, streams: true, listTools });
  const fetch = (request: Request, call: CallContext) => guard.fetch(request, server, call);
  return Object.assign(fetch, { concurrency: concurrencyOf(config.policy), bodyBytes });
}

function answers(send: Send): Promise<boolean> {
  const signal = AbortSignal.timeout(READY_MS);
  return send({ method: 'HEAD', headers: {}, signal, repeatable: true }).then(
    (incoming) => {
      incoming.destroy();
      return true;
    },
    () => false,
  );
}
