/** One request for every route of the notes example, and what it is to be answered. */
import type { StackFile } from '../../../local/stack-file';
import { type Sent, send } from './http';
import { call } from './requests';
import { Forger } from './tokens';

interface Probe extends Sent {
  readonly path: string;
  readonly status: number;
  /** What the answer contains. */
  readonly text?: string;
}

const DOCUMENTS = [
  '/.well-known/oauth-protected-resource/mcp',
  '/.well-known/oauth-protected-resource',
  '/.well-known/oauth-authorization-server',
];

/** The first route that answers otherwise; undefined when all are as they should be. */
export async function routesAnswer(stack: StackFile): Promise<string | undefined> {
  const headers = {
    'content-type': 'application/json',
    accept: 'application/json, text/event-stream',
    authorization: `Bearer ${await new Forger(stack).user()}`,
  };
  const probes: Probe[] = [
    ...DOCUMENTS.map((path) => ({ method: 'GET', path, status: 200 })),
    ...DOCUMENTS.map((path) => ({ method: 'OPTIONS', path, status: 204 })),
    { method: 'POST', path: '/mcp', headers, body: call('list_notes'), status: 200, text: '"notes":[]' },
    { method: 'GET', path: '/mcp', headers, status: 405 },
    { method: 'DELETE', path: '/mcp', headers, status: 405 },
  ];
  for (const { path, status, text = '', ...request } of probes) {
    const answer = await send(new URL(path, stack.mcpUrl).href, request);
    const held = answer.status === status && answer.text.includes(text);
    if (!held) return `${request.method} ${path} answers ${answer.status} ${answer.text}, not ${status} ${text}`;
  }
  return undefined;
}
