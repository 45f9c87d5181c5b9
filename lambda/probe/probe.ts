/**
 * Does the server of this region answer a real call? Two requests of an MCP client: `initialize`, and the list of its
 * tools. Without a client to call as, what can be known without a token: that discovery answers, and that a call is
 * refused for want of one.
 */
import type { Answer, Ask } from './ask';
import type { ProbeConfig } from './config';

const REVISION = '2025-11-25';

/** @throws saying what is wrong. */
export async function probe(config: ProbeConfig, ask: Ask, token?: () => Promise<string>): Promise<void> {
  const call = callerOf(config, ask);
  if (token === undefined) {
    expectStatus('discovery', await ask(config.resourceMetadata, { method: 'GET' }), 200);
    expectStatus('a call without a token', await call('initialize', INITIALIZE, {}), 401);
    return;
  }
  const authorization = `Bearer ${await token()}`;
  const begun = await call('initialize', INITIALIZE, { authorization });
  const { serverInfo } = resultOf('initialize', begun);
  if (serverInfo === undefined) throw new Error('initialize was answered without serverInfo');
  const session = begun.headers['mcp-session-id'];
  const own = { authorization, ...(typeof session === 'string' && { 'mcp-session-id': session }) };
  try {
    const { tools } = resultOf('tools/list', await call('tools/list', {}, own));
    if (!Array.isArray(tools)) throw new Error('tools/list was answered without tools');
  } finally {
    // Its own fault is no sign of a server that does not answer.
    if (typeof session === 'string') await ask(config.resource, { method: 'DELETE', headers: own }).catch(() => {});
  }
}

const INITIALIZE = {
  protocolVersion: REVISION,
  capabilities: {},
  clientInfo: { name: 'region-probe', version: '1' },
};

type Call = (method: string, params: object, headers: Readonly<Record<string, string>>) => Promise<Answer>;

function callerOf({ resource }: ProbeConfig, ask: Ask): Call {
  return (method, params, headers) =>
    ask(resource, {
      method: 'POST',
      headers: {
        ...headers,
        accept: 'application/json, text/event-stream',
        'content-type': 'application/json',
        'mcp-protocol-version': REVISION,
      },
      body: JSON.stringify({ jsonrpc: '2.0', id: 1, method, params }),
    });
}

function expectStatus(what: string, { status }: Answer, expected: number): void {
  if (status !== expected) throw new Error(`${what} was answered ${status}, not ${expected}`);
}

function resultOf(method: string, answer: Answer): Record<string, unknown> {
  expectStatus(method, answer, 200);
  for (const text of messagesIn(answer)) {
    const { result } = JSON.parse(text) as { result?: Record<string, unknown> };
    if (typeof result === 'object' && result !== null) return result;
  }
  throw new Error(`${method} was answered without a result`);
}

/** One message, or those of a short stream. */
function messagesIn({ headers, body }: Answer): string[] {
  if (!String(headers['content-type']).startsWith('text/event-stream')) return [body];
  return body.split('\n').flatMap((line) => (line.startsWith('data: {') ? [line.slice('data: '.length)] : []));
}
