/**
 * `GET /health` for load balancers and container health checks: whether a call would find what it needs here. It takes
 * no token and says nothing else, and asks at most once a second, however often it is asked itself.
 */
import type { IncomingMessage, ServerResponse } from 'node:http';

export const HEALTH_PATH = '/health';

export interface Health {
  /** Whether calls are to be sent here. */
  healthy(): Promise<boolean>;
}

const FRESH_MS = 1_000;

/** @param ready whether what is behind this process takes calls */
export function healthOf(ready: () => Promise<boolean>, leaving: () => boolean, clock = Date.now): Health {
  let asked: { readonly at: number; readonly answer: Promise<boolean> } | undefined;
  return {
    async healthy() {
      if (leaving()) return false;
      const now = clock();
      if (asked === undefined || now - asked.at >= FRESH_MS) {
        asked = { at: now, answer: ready().catch(() => false) };
      }
      return asked.answer;
    },
  };
}

export function isHealth({ method, url }: IncomingMessage): boolean {
  return url === HEALTH_PATH && (method === 'GET' || method === 'HEAD');
}

export async function answerHealth(health: Health, outgoing: ServerResponse): Promise<void> {
  const healthy = await health.healthy();
  const text = JSON.stringify({ status: healthy ? 'ok' : 'unavailable' });
  const headers = { 'content-type': 'application/json', 'content-length': text.length, 'cache-control': 'no-store' };
  outgoing.writeHead(healthy ? 200 : 503, healthy ? headers : { ...headers, 'retry-after': '5' }).end(text);
}
