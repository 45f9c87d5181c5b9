/**
 * Does the server of this region answer a real call? What an MCP client does first: `initialize`, and in the revision
 * that the server chose the list of its tools; of a server that knows `initialize` no more, `server/discover` and the
 * list. Without a token, what can be known without one: that discovery answers for this server, and that a call is
 * refused for want of a token. That is the gateway, its authorizer and the function of the documents; not the server.
 */
import type { Answer, Ask } from './ask';
import type { ProbeConfig } from './config';

const OLDER = '2025-11-25';
const MODERN = '2026-07-28';
const CLIENT = { name: 'region-probe', version: '1' };
const INITIALIZE = { protocolVersion: OLDER, capabilities: {}, clientInfo: CLIENT };
/** What stands in each message of the modern era, in place of what is agreed on at first. */
const ENVELOPE = {
  _meta: {
    'io.modelcontextprotocol/protocolVersion': MODERN,
    'io.modelcontextprotocol/clientInfo': CLIENT,
    'io.modelcontextprotocol/clientCapabilities': {},
  },
};

/** The answer had another status than it should have. */
export class WrongStatus extends Error {
  constructor(
    what: string,
    readonly status: number,
    expected: number,
  ) {
    super(`${what} was answered ${status}, not ${expected}`);
  }
}

/** @throws saying what is wrong. */
export async function probe(config: ProbeConfig, ask: Ask, token?: string): Promise<void> {
  const call = callerOf(config, ask);
  if (token === undefined) return anonymous(config, ask, call);
  const authorization = `Bearer ${token}`;
  const begun = await call('initialize', INITIALIZE, { authorization });
  if (begun.status === 400 || (begun.status === 200 && resultIn(begun) === undefined)) {
    return modern(call, authorization);
  }
  const { serverInfo, protocolVersion } = resultOf('initialize', begun);
  const session = begun.headers['mcp-session-id'];
  const own = {
    authorization,
    ...(typeof protocolVersion === 'string' && { 'mcp-protocol-version': protocolVersion }),
    ...(typeof session === 'string' && { 'mcp-session-id': session }),
  };
  try {
    if (serverInfo === undefined) throw new Error('initialize was answered without serverInfo');
    if (typeof protocolVersion !== 'string') throw new Error('initialize was answered without protocolVersion');
    const { status } = await call('notifications/initialized', undefined, own);
    if (status < 200 || status > 299) throw new Error(`notifications/initialized was answered ${status}, not 202`);
    expectTools(await call('tools/list', {}, own));
  } finally {
    // Its own fault is no sign of a server that does not answer.
    if (typeof session === 'string') await ask(config.resource, { method: 'DELETE', headers: own }).catch(() => {});
  }
}

async function anonymous({ resource, resourceMetadata }: ProbeConfig, ask: Ask, call: Call): Promise<void> {
  const discovery = await ask(resourceMetadata, { method: 'GET' });
  expectStatus('discovery', discovery, 200);
  if ((JSON.parse(discovery.body) as { resource?: unknown }).resource !== resource) {
    throw new Error('discovery speaks of another server');
  }
  const refused = await call('initialize', INITIALIZE, {});
  expectStatus('a call without a token', refused, 401);
  if (!/^Bearer\b/i.test(String(refused.headers['www-authenticate']))) {
    throw new Error('a call without a token was refused without being asked for one');
  }
}

async function modern(call: Call, authorization: string): Promise<void> {
  const asked = (method: string) =>
    call(method, ENVELOPE, { authorization, 'mcp-protocol-version': MODERN, 'mcp-method': method });
  const { supportedVersions } = resultOf('initialize was refused, and server/discover', await asked('server/discover'));
  if (!Array.isArray(supportedVersions) || !supportedVersions.includes(MODERN)) {
    throw new Error(`initialize was refused, and server/discover does not name ${MODERN}`);
  }
  expectTools(await asked('tools/list'));
}

function expectTools(answer: Answer): void {
  if (!Array.isArray(resultOf('tools/list', answer).tools)) throw new Error('tools/list was answered without tools');
}

/** Without parameters: a notification. */
type Call = (method: string, params?: object, headers?: Readonly<Record<string, string>>) => Promise<Answer>;

function callerOf({ resource }: ProbeConfig, ask: Ask): Call {
  return (method, params, headers) =>
    ask(resource, {
      method: 'POST',
      headers: { ...headers, accept: 'application/json, text/event-stream', 'content-type': 'application/json' },
      body: JSON.stringify({ jsonrpc: '2.0', ...(params !== undefined && { id: 1 }), method, params }),
    });
}

function expectStatus(what: string, { status }: Answer, expected: number): void {
  if (status !== expected) throw new WrongStatus(what, status, expected);
}

function resultOf(method: string, answer: Answer): Record<string, unknown> {
  expectStatus(method, answer, 200);
  const result = resultIn(answer);
  if (result === undefined) throw new Error(`${method} was answered without a result`);
  return result;
}

function resultIn(answer: Answer): Record<string, unknown> | undefined {
  for (const text of messagesIn(answer)) {
    const { result } = JSON.parse(text) as { result?: Record<string, unknown> };
    if (typeof result === 'object' && result !== null) return result;
  }
  return undefined;
}

/** One message, or those of a short stream. */
function messagesIn({ headers, body }: Answer): string[] {
  if (!String(headers['content-type']).startsWith('text/event-stream')) return [body];
  return body.split('\n').flatMap((line) => (line.startsWith('data: {') ? [line.slice('data: '.length)] : []));
}
