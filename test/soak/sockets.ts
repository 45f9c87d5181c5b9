/** Calls over sockets that are kept open, and torn down by clients that leave. */
import { Agent, request } from 'node:http';
import { type Answer, type Ask, PATIENCE_MS } from './call';

export function overSockets(resource: string, maxSockets: number): { ask: Ask; close(): void } {
  const agent = new Agent({ keepAlive: true, maxSockets });
  const ask: Ask = (call) =>
    new Promise<Answer>((resolve, reject) => {
      let left = false;
      const outgoing = request(`${resource}${call.query ?? ''}`, {
        agent,
        method: call.method ?? 'POST',
        headers:
          call.body === undefined ? call.headers : { ...call.headers, 'content-length': Buffer.byteLength(call.body) },
      });
      const leave = (answer: Answer) => {
        left = true;
        outgoing.destroy();
        resolve(answer);
      };
      outgoing.on('error', (error: NodeJS.ErrnoException) => {
        // The server closed an idle connection just as it was used again: by HTTP, the call was never made.
        if (outgoing.reusedSocket && error.code === 'ECONNRESET' && !left) resolve(ask(call));
        else if (!left) reject(error);
      });
      outgoing.on('response', (response) => {
        const status = response.statusCode ?? 0;
        let text = '';
        response.setEncoding('utf8');
        response.on('data', (chunk) => {
          text += chunk;
          if (call.leave === 'mid-stream' && !left) leave({ status, text });
        });
        response.on('error', (error) => (left ? undefined : reject(error)));
        response.on('end', () => resolve({ status, text }));
      });
      outgoing.end(call.body);
      if (call.leave === 'unanswered') setTimeout(() => leave({ status: 0, text: '' }), PATIENCE_MS * 4);
    });
  return { ask, close: () => agent.destroy() };
}
