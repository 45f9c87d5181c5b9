/** Fuzzed: event streams, cut anywhere, and results on their way out. */
import { isDeepStrictEqual } from 'node:util';
import { createParser } from 'eventsource-parser';
import fc from 'fast-check';
import { EventSplitter, mapEventData } from '../../../lambda/guard/outputs/sse';
import type { PolicyDocument } from '../../../lib/private/contract';
import type { Keys } from '../../support/guard';
import { CONFIG, messagesFrom, RESOURCE, sign, testGuard, USER, userClaims } from '../../support/guard';
import { policy } from './decisions';
import { name, uri } from './inputs';
import { mayEverPass } from './reference';
import type { Target } from './target';

const lineEnd = fc.constantFrom('\n', '\r\n', '\r');
const data = fc.string({ unit: 'grapheme' }).filter((text) => !/[\r\n]/.test(text) && text !== '');
const other = fc.constantFrom(
  'event: message',
  'id: 1',
  'retry: 10',
  ': a comment',
  'unknown: x',
  'datax: 1',
  'data-: 1',
);
const event = fc.record({ data: fc.array(data, { maxLength: 2 }), others: fc.array(other, { maxLength: 2 }) });

/** Cuts a text where the numbers say. */
function pieces(text: string, cuts: readonly number[]): string[] {
  const places = [...new Set(cuts.map((cut) => cut % (text.length + 1)))].sort((a, b) => a - b);
  return [0, ...places].map((place, at) => text.slice(place, places[at] ?? text.length));
}

function throughGuard(chunks: readonly string[]): { readonly seen: string[]; readonly out: string } {
  const splitter = new EventSplitter();
  const seen: string[] = [];
  const mapped = (text: string) => {
    seen.push(text);
    return 'guarded';
  };
  const out = chunks.flatMap((chunk) => splitter.push(chunk)).map((each) => mapEventData(each, mapped));
  return { seen, out: out.join('') };
}

/** As the standard reads a stream: a byte order mark at its beginning is none of it. */
function read(text: string): string[] {
  const found: string[] = [];
  createParser({ onEvent: ({ data: each }) => found.push(each) }).feed(text.replace(/^\ufeff/, ''));
  return found;
}

const cuts = fc.array(fc.nat(), { maxLength: 12 });

const splitting = fc.property(fc.array(event, { maxLength: 5 }), lineEnd, cuts, (events, end, at) => {
  const text = events
    .map(({ data: lines, others }) => [...others, ...lines.map((line) => `data: ${line}`), '', ''].join(end))
    .join('');
  const { seen } = throughGuard(pieces(text, at));
  const expected = events.filter(({ data: lines }) => lines.length > 0).map(({ data: lines }) => lines.join('\n'));
  if (!isDeepStrictEqual(seen, expected)) throw new Error(`${JSON.stringify(seen)} for ${JSON.stringify(text)}`);
});

const ragged = fc.array(
  fc.constantFrom(
    '\n',
    '\r',
    '\r\n',
    'data: secret',
    'data:secret',
    'data',
    ' data: secret',
    '\ufeff',
    'event: message',
    ': secret',
    ':',
    'id: 1',
    '\0',
    ' ',
  ),
  { maxLength: 14 },
);

/** An independent reader must get nothing past the guard, however odd the stream. */
const nothingPast = fc.property(ragged, cuts, (parts, at) => {
  const { out } = throughGuard(pieces(parts.join(''), at));
  const found = read(out);
  if (found.some((each) => each !== 'guarded' && each.trim() !== ''))
    throw new Error(`${JSON.stringify(found)} from ${JSON.stringify(out)}`);
});

const json = fc.jsonValue({ maxDepth: 4 });

/** Targets that go through a whole guard, which needs a token of these keys. */
export async function streamTargets(keys: Keys): Promise<readonly Target[]> {
  const token = await sign(keys, userClaims({ exp: Math.floor(Date.now() / 1000) + 86_400 }));
  const ask = { jsonrpc: '2.0', id: 1, method: 'tools/call', params: { name: 'list_notes' } };

  async function answered(result: object, as: 'json' | readonly number[]): Promise<unknown> {
    const text = JSON.stringify({ jsonrpc: '2.0', id: 1, result });
    const bytes = Buffer.from(`event: message\ndata: ${text}\n\n`);
    const chunks = (at: readonly number[]) =>
      pieces(bytes.toString('latin1'), at).map((piece) => Buffer.from(piece, 'latin1'));
    const { post } = testGuard(keys, async () =>
      as === 'json'
        ? new Response(text, { headers: { 'content-type': 'application/json' } })
        : new Response(ReadableStream.from(chunks(as)) as ReadableStream<Uint8Array>, {
            headers: { 'content-type': 'text/event-stream' },
          }),
    );
    const [message] = await messagesFrom(await post(ask, { token }));
    return message?.result;
  }

  const results = fc.asyncProperty(
    json,
    fc.array(fc.string({ unit: 'grapheme' })),
    fc.oneof(fc.constant('json' as const), cuts),
    async (value, texts, as) => {
      const result = { content: texts.map((text) => ({ type: 'text', text })), structuredContent: { value } };
      const expected = JSON.parse(JSON.stringify(result));
      const out = await answered(result, as);
      if (!isDeepStrictEqual(out, expected)) throw new Error(`${JSON.stringify(out)} for ${JSON.stringify(expected)}`);
    },
  );

  const listed = fc.array(fc.record({ name: fc.oneof(name, fc.string()), uri, extra: fc.jsonValue({ maxDepth: 1 }) }), {
    maxLength: 6,
  });
  const lists = fc.asyncProperty(
    listed,
    policy,
    fc.subarray(['staff', 'admins']),
    async (items, document: PolicyDocument, groups) => {
      const held = { ...USER, groups };
      const mine = await sign(keys, userClaims({ 'cognito:groups': groups, scope: `${RESOURCE}/read` }));
      for (const [method, list, key] of [
        ['tools/list', 'tools', 'name'],
        ['prompts/list', 'prompts', 'name'],
        ['resources/list', 'resources', 'uri'],
      ] as const) {
        const server = async () => Response.json({ jsonrpc: '2.0', id: 1, result: { [list]: items, nextCursor: 'x' } });
        const { post } = testGuard(keys, server, {}, { ...CONFIG, policy: document });
        const [message] = await messagesFrom(await post({ jsonrpc: '2.0', id: 1, method }, { token: mine }));
        const expected = items.filter((item) => mayEverPass(list, item[key], held, document));
        const shown = message?.result[list];
        if (!isDeepStrictEqual(shown, JSON.parse(JSON.stringify(expected))))
          throw new Error(`${method}: ${JSON.stringify(shown)}`);
      }
    },
  );

  return [
    { name: 'events', holds: 'the same events wherever the stream is cut', property: splitting },
    { name: 'odd events', holds: 'another reader finds nothing that was not looked at', property: nothingPast },
    { name: 'results', holds: 'what holds no secret leaves as it came, whole or in pieces', property: results },
    { name: 'lists', holds: 'they show what a plain reading of the policy shows', property: lists },
  ] as readonly Target[];
}
