/** Nothing of a request outlives its response: the collector is asked, object by object. */
import { setTimeout as delay } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { McpServer, type ServerContext } from '@modelcontextprotocol/server';
import { z } from 'zod';
import { grantRevocation } from '../../../lambda/guard/tokens/revocation';
import { mcpServer } from '../../../lambda/serve/mcp-server';
import { principalOf } from '../../../lambda/serve/runtime';
import {
  type Keys,
  makeKeys,
  modern,
  type PostOptions,
  sign,
  testGuard,
  toolCall,
  userClaims,
} from '../../support/guard';

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;

const CALLS = 20;

let keys: Keys;
let token: string;
beforeAll(async () => {
  keys = await makeKeys();
  token = await sign(keys, userClaims({ origin_jti: 'grant-1' }));
});

type Kept = Map<string, WeakRef<object>[]>;

function watch(kept: Kept, what: Record<string, object | undefined>): void {
  for (const [name, value] of Object.entries(what)) {
    if (value !== undefined) kept.set(name, [...(kept.get(name) ?? []), new WeakRef(value)]);
  }
}

/** What a finalizer lets go is collected by the next collection. */
async function collectAll(): Promise<void> {
  for (let turn = 0; turn < 3; turn++) {
    await delay(5);
    collect();
  }
}

/** What is still there, with how often. */
function alive(kept: Kept): string[] {
  return [...kept].flatMap(([name, refs]) => {
    const count = refs.filter((ref) => ref.deref() !== undefined).length;
    return count === 0 ? [] : [`${count} ${name}`];
  });
}

function start(kept: Kept, also: (ctx: ServerContext) => void = () => {}) {
  const inputSchema = z.object({ how: z.string() });
  const watched = (ctx: ServerContext) =>
    watch(kept, {
      principal: principalOf(ctx),
      context: ctx,
      request: ctx.http?.req,
      authInfo: ctx.http?.authInfo,
      signal: ctx.mcpReq.signal,
    });
  const server = mcpServer(() => {
    const built = new McpServer({ name: 'retention', version: '1.0.0' });
    built.registerTool('read_note', { inputSchema }, async ({ how }, ctx) => {
      watched(ctx);
      also(ctx);
      if (how === 'throw') throw new Error('thrown');
      if (how === 'wait') {
        await new Promise<void>((resolve) => ctx.mcpReq.signal.addEventListener('abort', () => resolve()));
      }
      const progressToken = ctx.mcpReq._meta?.progressToken;
      if (progressToken !== undefined) {
        await ctx.mcpReq.notify({ method: 'notifications/progress', params: { progressToken, progress: 1 } });
      }
      const result = { content: [{ type: 'text' as const, text: 'a note' }] };
      watch(kept, { result });
      return result;
    });
    return built;
  }, {});
  const revocation = grantRevocation(async () => ({ client: 'a client', expires: 4_102_444_800, revoked: false }));
  const log = () => {};
  const guarded = testGuard(
    keys,
    (request, admitted) => {
      watch(kept, { admitted, body: admitted.body, forwarded: request, caller: admitted.principal });
      return server(request, admitted);
    },
    { revocation, log },
  );
  const post = async (body: unknown, options: PostOptions) => {
    const response = await guarded.post(body, options);
    watch(kept, { response });
    return response;
  };
  return { post };
}

const modernCall = (how: string) => modern('tools/call', { name: 'read_note', arguments: { how } });

const KINDS: Record<string, (guarded: ReturnType<typeof start>) => Promise<unknown>> = {
  'a JSON answer': async (guarded) => {
    const { headers, body } = modernCall('answer');
    await (await guarded.post(body, { token, headers })).text();
  },
  'a stream': async (guarded) => {
    const { headers, body } = modern('tools/call', {
      name: 'read_note',
      arguments: { how: 'answer' },
    });
    const { params } = body;
    const asked = { ...body, params: { ...params, _meta: { ...params._meta, progressToken: 1 } } };
    await (await guarded.post(asked, { token, headers })).text();
  },
  'a stream of the older protocol': async (guarded) => {
    await (await guarded.post(toolCall('read_note', { how: 'answer' }), { token })).text();
  },
  'a tool that throws': async (guarded) => {
    const { headers, body } = modernCall('throw');
    await (await guarded.post(body, { token, headers })).text();
  },
  'a client that left': async (guarded) => {
    await abandoned(guarded, modernCall('wait'));
  },
  'a client of the older protocol that left': async (guarded) => {
    await abandoned(guarded, { headers: {}, body: toolCall('read_note', { how: 'wait' }) });
  },
  'a deadline': async (guarded) => {
    const { headers, body } = modernCall('wait');
    await (await guarded.post(body, { token, headers, remainingMs: 505 })).text();
  },
  'refused: no scope': async (guarded) => {
    await (await guarded.post(toolCall('delete_note'), { token })).text();
  },
};

async function abandoned(guarded: ReturnType<typeof start>, { headers, body }: { headers: object; body: object }) {
  const client = new AbortController();
  const options: PostOptions = { token, headers: headers as Record<string, string>, disconnected: client.signal };
  const answered = guarded.post(body, options);
  await delay(3);
  client.abort();
  await answered.then((response) => response.body?.cancel());
}

test('T8 nothing of a request outlives its response, however it ended', async () => {
  const runs = Object.entries(KINDS).map(([name, kind]) => ({ name, kind, kept: new Map() as Kept }));
  // The guards stay, so that what they hold is held.
  const guards = runs.map(({ kept }) => start(kept));
  for (const [index, { kind }] of runs.entries()) {
    for (let call = 0; call < CALLS; call++) await kind(guards[index]!);
  }
  await collectAll();
  const survivors = runs.flatMap(({ name, kept }) => alive(kept).map((what) => `${what} of ${name}`));
  expect(survivors).toEqual([]);
  for (const { name, kept } of runs) {
    const watched = kept.get('response')?.length;
    expect(`${name}: ${watched}`).toBe(`${name}: ${CALLS}`);
    if (!name.startsWith('refused')) expect(kept.get('principal')).toHaveLength(CALLS);
  }
  expect(guards).toHaveLength(runs.length);
}, 60_000);

test('T8 what a tool does keep is seen: the collector tells the difference', async () => {
  const kept: Kept = new Map();
  const hoard: ServerContext[] = [];
  const guarded = start(kept, (ctx) => hoard.push(ctx));
  for (let call = 0; call < CALLS; call++) await KINDS['a JSON answer']!(guarded);
  await collectAll();
  expect(alive(kept)).toContain(`${CALLS} context`);
  expect(alive(kept)).toContain(`${CALLS} principal`);
  expect(hoard).toHaveLength(CALLS);
}, 60_000);
