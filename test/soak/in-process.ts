/** Calls without a socket: a Request in, a Response out, as an adapter would make them. */
import type { CallContext } from '../../lambda/guard/exchange';
import { type Ask, PATIENCE_MS } from './call';

export type Fetch = (request: Request, call: CallContext) => Promise<Response>;

export function inProcess(fetch: Fetch, resource: string): Ask {
  let calls = 0;
  return async (call) => {
    const request = new Request(`${resource}${call.query ?? ''}`, {
      method: call.method ?? 'POST',
      headers: call.headers,
      body: call.body,
    });
    const client = new AbortController();
    const answered = fetch(request, {
      requestId: `soak-${++calls}`,
      remainingMs: call.remainingMs ?? 60_000,
      disconnected: client.signal,
    });
    if (call.leave === 'unanswered') {
      await new Promise((resolve) => setTimeout(resolve, PATIENCE_MS));
      client.abort();
      // An adapter that lost its client still takes what is answered, and throws it away.
      await answered.then((response) => response.body?.cancel());
      return { status: 0, text: '' };
    }
    const response = await answered;
    if (call.leave !== 'mid-stream') return { status: response.status, text: await response.text() };
    const reader = response.body?.getReader();
    const first = await reader?.read();
    client.abort();
    await reader?.cancel();
    return { status: response.status, text: new TextDecoder().decode(first?.value) };
  };
}
