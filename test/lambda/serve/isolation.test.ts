/**
 * Several principals at once over servers that are used again: every call must find its own caller before and after it
 * waits, and nothing of a call may turn up in another's.
 */
import { setTimeout as delay } from 'node:timers/promises';
import { McpServer, type ServerContext } from '@modelcontextprotocol/server';
import { z } from 'zod';
import type { AuditRecord } from '../../../lambda/guard/audit';
import { mcpServer } from '../../../lambda/serve/mcp-server';
import { principalOf } from '../../../lambda/serve/runtime';
import { type Keys, makeKeys, messagesFrom, modern, sign, testGuard, userClaims } from '../../support/guard';

const PEOPLE = ['ada', 'ben', 'cyd', 'dee', 'eve'];
const CALLS = 200;
const AT_ONCE = 24;

let keys: Keys;
const tokens = new Map<string, string>();
beforeAll(async () => {
  keys = await makeKeys();
  for (const id of PEOPLE) tokens.set(id, await sign(keys, userClaims({ sub: id, 'cognito:groups': [`of-${id}`] })));
});

let built = 0;
/** What tools found on their way that an earlier call had left there. */
let found: string[] = [];

const STASH = 'stash of a tool';
type Stash = Record<string, unknown>;

/** Everything a tool is handed that could carry something to the next call. */
function places(self: unknown, ctx: ServerContext): Stash[] {
  const { http, mcpReq } = ctx;
  const candidates = [
    self,
    ctx,
    mcpReq,
    http,
    http?.req,
    http?.authInfo,
    http?.authInfo?.extra,
    http?.authInfo?.scopes,
  ];
  return candidates.filter((place): place is Stash => typeof place === 'object' && place !== null);
}

function tryToStash(self: unknown, ctx: ServerContext, what: string): void {
  for (const place of [...places(self, ctx), principalOf(ctx), principalOf(ctx).groups] as Stash[]) {
    if (place[STASH] !== undefined) found.push(String(place[STASH]));
    try {
      place[STASH] = what;
    } catch {
      // Frozen: that is one way to carry nothing.
    }
  }
  try {
    (principalOf(ctx).groups as string[]).push('admins');
  } catch {
    // The same.
  }
}

function shared(): McpServer {
  built += 1;
  const server = new McpServer({ name: 'shared', version: '1.0.0' }, { capabilities: { logging: {} } });
  const inputSchema = z.object({ secret: z.string(), waits: z.number() });
  server.registerTool('read_back', { inputSchema }, async function (this: unknown, { secret, waits }, ctx) {
    const before = principalOf(ctx);
    tryToStash(this, ctx, secret);
    await delay(waits);
    const progressToken = ctx.mcpReq._meta?.progressToken;
    if (progressToken !== undefined) {
      await ctx.mcpReq.notify({
        method: 'notifications/progress',
        params: { progressToken, progress: 1, message: `progress of ${principalOf(ctx).id}: ${secret}` },
      });
    }
    await ctx.mcpReq.log('info', `log of ${principalOf(ctx).id}: ${secret}`);
    await delay(waits);
    const after = principalOf(ctx);
    if (after.groups.includes('admins')) found.push(`a group that ${after.id} was never given`);
    const text = JSON.stringify({ before: before.id, after: after.id, same: before === after, secret });
    return { content: [{ type: 'text' as const, text }] };
  });
  server.registerTool('read_client', { inputSchema: z.object({}) }, async () => ({
    content: [
      {
        type: 'text' as const,
        text: JSON.stringify([server.server.getClientVersion() ?? null, server.server.getClientCapabilities() ?? null]),
      },
    ],
  }));
  return server;
}

function start() {
  built = 0;
  found = [];
  return testGuard(keys, mcpServer(shared, {}));
}

/** A small generator, so that a failure can be seen again. */
function sequence(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

interface Asked {
  readonly who: string;
  readonly secret: string;
  readonly id: number;
}

const SHAPES = ['modern JSON', 'modern stream', 'legacy stream'] as const;

function requestFor(shape: (typeof SHAPES)[number], { id, secret }: Asked, waits: number) {
  const params = { name: 'read_back', arguments: { secret, waits } };
  if (shape === 'legacy stream') {
    const body = { jsonrpc: '2.0', id, method: 'tools/call', params: { ...params, _meta: { progressToken: id } } };
    return { headers: { 'mcp-protocol-version': '2025-11-25' }, body };
  }
  const { headers, body } = modern('tools/call', params, id);
  if (shape === 'modern JSON') return { headers, body };
  const meta = { ...body.params._meta, progressToken: id, 'io.modelcontextprotocol/logLevel': 'debug' };
  return { headers, body: { ...body, params: { ...body.params, _meta: meta } } };
}

describe.each(SHAPES.map((shape) => [[shape]] as const).concat([[[...SHAPES] as never]]))('%j', (shapes) => {
  test('T1 hundreds of calls of several principals at once share nothing', async () => {
    const guarded = start();
    const random = sequence(shapes.length + 7);
    let calls = 0;

    async function one(): Promise<void> {
      while (calls < CALLS) {
        const id = ++calls;
        const who = PEOPLE[Math.floor(random() * PEOPLE.length)]!;
        const asked: Asked = { who, secret: `secret-${id}-of-${who}.`, id };
        const shape = shapes[Math.floor(random() * shapes.length)]!;
        const { headers, body } = requestFor(shape, asked, Math.floor(random() * 4));
        const leaves = shape !== 'modern JSON' && random() < 0.1;
        const response = await guarded.post(body, { token: tokens.get(who), headers });
        if (leaves) await response.body?.cancel();
        else check(await messagesFrom(response), asked, shape);
      }
    }

    await Promise.all(Array.from({ length: AT_ONCE }, one));
    expect(found).toEqual([]);
    // Servers were in fact used again; those whose client left were not.
    expect(built).toBeLessThan(CALLS / 2);
    const audits = guarded.audits().filter(({ type }) => type === 'audit') as AuditRecord[];
    expect(audits).toHaveLength(CALLS);
    expect(new Set(audits.map(({ principal }) => principal?.id))).toEqual(new Set(PEOPLE));
  }, 30_000);
});

function check(messages: Awaited<ReturnType<typeof messagesFrom>>, asked: Asked, shape: string): void {
  const { who, secret, id } = asked;
  const answer = messages.at(-1);
  expect(answer?.id).toBe(id);
  expect(JSON.parse(answer?.result.content[0].text)).toEqual({ before: who, after: who, same: true, secret });
  const text = JSON.stringify(messages);
  expect([...new Set(text.match(/secret-\d+-of-\w+\./g))]).toEqual([secret]);
  expect([...new Set([...text.matchAll(/(?:progress|log) of (\w+)/g)].map(([, name]) => name))]).toEqual(
    shape === 'modern JSON' ? [] : [who],
  );
  if (shape === 'modern JSON') return;
  const progress = messages.filter(({ method }) => method === 'notifications/progress');
  expect(progress.map(({ params }) => params.progressToken)).toEqual([id]);
}

test('T1 a client that does not say who it is does not meet the name of the one before', async () => {
  const guarded = start();
  const { headers, body } = modern('tools/call', { name: 'read_client', arguments: {} });
  const [named] = await messagesFrom(await guarded.post(body, { token: tokens.get('ada'), headers }));
  expect(named?.result.content[0].text).toContain('"name":"test"');
  const { 'io.modelcontextprotocol/clientInfo': _client, ...rest } = body.params._meta;
  const nameless = { ...body, params: { ...body.params, _meta: rest } };
  const [answer] = await messagesFrom(await guarded.post(nameless, { token: tokens.get('ben'), headers }));
  expect(answer?.result.content[0].text).toBe('[null,{}]');
});

test('T1 what a tool does to its principal is not met by the next call of the same token', async () => {
  const guarded = start();
  const { headers, body } = requestFor('modern JSON', { who: 'ada', secret: 'secret-1-of-ada.', id: 1 }, 0);
  for (let call = 0; call < 3; call++) {
    await messagesFrom(await guarded.post(body, { token: tokens.get('ada'), headers }));
  }
  expect(found).toEqual([]);
});
