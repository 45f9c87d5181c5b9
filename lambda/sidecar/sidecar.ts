/** The guard in front of a server in another process. */
import { stdoutLog } from '../guard/audit';
import { configFrom, type GuardConfig } from '../guard/config';
import type { CallContext } from '../guard/exchange';
import { createGuard, type GuardDependencies } from '../guard/guard';
import { concurrencyOf, limitsOf } from '../guard/limit-rules';
import type { GuardedFetch, Transport } from '../serve/guarded';
import { upstreamFrom } from './config';
import { connectionTo } from './connection';
import { readiness } from './readiness';
import { upstreamServer } from './upstream';
import { UpstreamSessions } from './upstream-sessions';
import { upstreamTools } from './upstream-tools';

export interface Sidecar {
  start(transport: Transport): GuardedFetch;
  /** Rejects with what is in the way of the server taking calls. */
  ready(): Promise<void>;
}

/** @throws naming the variable that is missing or wrong. */
export function sidecar(environment: NodeJS.ProcessEnv): Sidecar {
  const url = upstreamFrom(environment);
  return {
    start: ({ streams }) => guardedUpstream(configFrom(environment), url, { streams }),
    ready: readiness(connectionTo(url)),
  };
}

export function guardedUpstream(config: GuardConfig, url: URL, dependencies: GuardDependencies = {}): GuardedFetch {
  const { log = stdoutLog, streams = true } = dependencies;
  const { responseBytes: maxBytes, bodyBytes } = limitsOf(config.policy);
  const warn = (fault: string) =>
    log({ type: 'error', time: new Date().toISOString(), server: config.server, requestId: 'start', fault });
  const send = connectionTo(url);
  const sessions = new UpstreamSessions(send);
  const server = upstreamServer({ send, sessions, maxBytes, warn, streams });
  const listTools = upstreamTools({ send, server, sessions, resource: config.resource, maxBytes });
  const guard = createGuard(config, { ...dependencies, streams, listTools, foreign: true });
  const fetch = (request: Request, call: CallContext) => guard.fetch(request, server, call);
  return Object.assign(fetch, { concurrency: concurrencyOf(config.policy), bodyBytes });
}
