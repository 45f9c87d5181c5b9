/** Fuzzed: whole requests through a whole guard. */
import fc from 'fast-check';
import { CONFIG, type Keys, sign, testGuard, USER, userClaims } from '../../support/guard';
import { bodyText } from './inputs';
import { mayPass, messagesOf } from './reference';
import type { Target } from './target';

const METHODS = ['POST', 'POST', 'POST', 'PUT', 'DELETE', 'OPTIONS'];
const TYPES = ['application/json', 'application/json; charset=utf-8', 'text/plain', 'application/json, text/plain'];
const HEADERS = [
  'mcp-name',
  'mcp-method',
  'mcp-protocol-version',
  'mcp-session-id',
  'accept',
  'content-encoding',
  'origin',
  'host',
  'traceparent',
  'x-forwarded-host',
  'cookie',
];
const header = fc.tuple(
  fc.constantFrom(...HEADERS),
  fc.oneof(
    fc.constantFrom('list_notes', 'tools/call', '2026-07-28', '2025-11-25', 'mcp.example.com'),
    fc.string({ unit: 'grapheme-ascii' }),
  ),
);

export async function pipelineTarget(keys: Keys): Promise<Target> {
  const token = await sign(keys, userClaims({ exp: Math.floor(Date.now() / 1000) + 86_400 }));
  let reached = 0;
  const { post } = testGuard(keys, async () => {
    reached += 1;
    return Response.json({ jsonrpc: '2.0', id: 1, result: { content: [] } });
  });
  const property = fc.asyncProperty(
    bodyText,
    fc.constantFrom(...METHODS),
    fc.constantFrom(...TYPES),
    fc.array(header, { maxLength: 3 }),
    fc.constantFrom(token, token, token, 'a.b.c', ''),
    async (body, method, type, headers, bearer) => {
      const before = reached;
      const given = { 'content-type': type, ...Object.fromEntries(headers) };
      const { status } = await post(body, { method, token: bearer, headers: given });
      if (status >= 500) throw new Error(`answered ${status}`);
      if (reached === before) return;
      const messages = messagesOf(body, { bytes: 1_048_576, depth: 64, batch: 20 });
      const honest = method === 'POST' && bearer === token && type.split(';')[0] === 'application/json';
      if (!honest || !messages?.every((each) => mayPass(each, USER, CONFIG.policy)))
        throw new Error('the server was reached');
    },
  );
  const holds = 'no failure, and the server is reached by what may reach it alone';
  return { name: 'requests', holds, property: property as Target['property'] };
}
