/**
 * A guarded server as the process of a container: configuration from the environment, a health route that asks guard
 * and server, and an end that loses no call. Told to stop (SIGTERM), it says at once that it is not healthy and goes on
 * taking calls until whoever sends them has noticed; then it takes no more, finishes those that run, and exits.
 */
import { SidecarVariable } from '../../lib/private/contract';
import type { Environment } from '../environment';
import type { Guarded, GuardedFetch } from './guarded';
import { HEALTH_PATH, healthOf } from './health';
import { HTTP_BOUNDS } from './http-bounds';
import { listen } from './node';
import { readiness } from './readiness';
import { endpointsId } from './request-id';

/** Of the time to drain, the part in which calls are still taken; and the most of it, in milliseconds. */
const NOTICE_PART = 1 / 3;
const MAX_NOTICE_MS = 10_000;

/** Kept back from the time to drain, to exit before the platform kills. */
const EXIT_MS = 500;

/** How long a process that is asked how it is may take: what is behind it may take 3 s, and the platform waits 5. */
const HEALTH_MS = 4_000;

type Runnable = Pick<Guarded, 'start' | 'ready'>;

/** Past the longest call, for which an idle connection is kept. */
const KEEP_LONGER_MS = 10_000;

export interface ContainerSettings {
  readonly port: number;
  readonly drainMs: number;
  readonly answerMs: number;
  /** Whether clients get answers as they are written. */
  readonly streams: boolean;
  readonly requestIdHeader?: string;
}

/** @throws naming the variable that is wrong. */
export function containerSettings(environment: Environment): ContainerSettings {
  const number = (name: string, otherwise: number, max: number) => {
    const value = environment[name] ?? String(otherwise);
    if (!/^\d{1,5}$/.test(value) || Number(value) < 1 || Number(value) > max) {
      throw new Error(`${name} is '${value}': it must be a whole number from 1 to ${max}`);
    }
    return Number(value);
  };
  const streams = environment[SidecarVariable.streams] ?? 'false';
  if (streams !== 'true' && streams !== 'false') {
    throw new Error(`${SidecarVariable.streams} is '${streams}': it must be true or false`);
  }
  return {
    port: number(SidecarVariable.port, 8080, 65_535),
    drainMs: number(SidecarVariable.drainSeconds, 30, 3_600) * 1_000,
    answerMs: number(SidecarVariable.answerSeconds, 60, 3_600) * 1_000,
    streams: streams === 'true',
    requestIdHeader: environment[SidecarVariable.requestIdHeader],
  };
}

/**
 * Runs until the process is told to stop. With the argument `health` it asks the process that already runs here how it
 * is, and exits 0 or 1: a container health check needs no other program.
 */
export async function runInContainer(server: Runnable): Promise<void> {
  const settings = containerSettings(process.env);
  if (process.argv[2] === 'health') process.exit((await isHealthy(settings)) ? 0 : 1);
  const { port, drainMs, answerMs: timeoutMs } = settings;
  const noticeMs = Math.min(MAX_NOTICE_MS, drainMs * NOTICE_PART);
  const graceMs = drainMs - noticeMs - EXIT_MS;
  const fetch = nameless(server.start({ streams: settings.streams }), settings.requestIdHeader);
  const health = healthOf(
    readiness(() => server.ready(), fetch),
    () => http.leaving,
  );
  // The load balancer keeps a connection a little longer than a call may take, and must be the one who ends it.
  const keepAliveMs = Math.max(HTTP_BOUNDS.keepAliveMs, timeoutMs + KEEP_LONGER_MS);
  const bounds = { graceMs, keepAliveMs };
  const http = await listen({ start: () => fetch }, { port, host: '0.0.0.0', timeoutMs, bounds, health });
  // Nobody has to ask for what is wrong to be in the log.
  void health.healthy();

  const stop = () => {
    if (http.leaving) process.exit(1);
    http.leaving = true;
    setTimeout(() => http.close(() => process.exit(0)), noticeMs);
  };
  process.on('SIGTERM', stop).on('SIGINT', stop);
}

/**
 * Whose name a request was sent to is the load balancer's to say, and some gateways put their own in its place; the
 * port can be reached through them alone, so no web page can reach it by a name of its own either.
 */
function nameless(fetch: GuardedFetch, idHeader: string | undefined): GuardedFetch {
  return Object.assign((...[request, call]: Parameters<GuardedFetch>) => {
    request.headers.delete('host');
    return fetch(request, { ...call, requestId: endpointsId(request, idHeader) ?? call.requestId });
  }, fetch);
}

async function isHealthy({ port }: ContainerSettings): Promise<boolean> {
  try {
    const signal = AbortSignal.timeout(HEALTH_MS);
    return (await fetch(`http://127.0.0.1:${port}${HEALTH_PATH}`, { signal })).ok;
  } catch {
    return false;
  }
}
