/** The guard: sessions that were guessed, stolen, shared or kept too long, and state that came back changed. */
import { mcpServer } from '../../../lambda/serve/mcp-server';
import { messagesFrom, modern, sign, toolCall, userClaims } from '../../support/guard';
import { INITIALIZE, SESSION_SECONDS, type SessionGuard, sessionGuard } from '../../support/session-guard';
import { type StateTable, startStateTable } from '../../support/state-table';
import { statefulServer } from '../../support/stateful-server';
import { type Attack, firstOf, type Theme, unless } from '../attack-row';
import type { World } from '../world';

interface Scene {
  readonly at: SessionGuard;
  readonly state: StateTable;
  /** Ada's session and the tokens of both. */
  readonly id: string;
  readonly ada: string;
  readonly eve: string;
  later(seconds: number): SessionGuard;
}

/** A table of its own for each attack, with a session of Ada's in it. */
async function scene(world: World, run: (scene: Scene) => Promise<string | undefined>): Promise<string | undefined> {
  const state = await startStateTable();
  try {
    const exp = Math.floor(Date.now() / 1000) + 100_000;
    const [ada, eve] = [
      await sign(world.keys, userClaims({ sub: 'ada', exp })),
      await sign(world.keys, userClaims({ sub: 'eve', exp })),
    ];
    const instance = (seconds = 0) =>
      sessionGuard(
        world.keys,
        { table: state.table, streams: true, clock: () => Date.now() + seconds * 1000 },
        mcpServer(statefulServer, { streams: true }),
      );
    const at = instance();
    return await run({ at, state, ada, eve, id: await at.begin(ada), later: instance });
  } finally {
    await state.stop();
  }
}

const METHODS = ['POST', 'GET', 'DELETE'] as const;
const bodyOf = (method: string) => (method === 'POST' ? toolCall('list_notes') : undefined);

/** Held where each method answers with this status. */
async function refusedBy(at: SessionGuard, token: string, id: string | undefined, status: number) {
  const outcomes: (string | undefined)[] = [];
  for (const method of METHODS) {
    const response = await at.ask(method, bodyOf(method), { token, id });
    outcomes.push(unless(response.status === status, `${method} answered ${response.status}`));
  }
  return firstOf(...outcomes);
}

const row = (attack: string, expectation: string, run: (scene: Scene) => Promise<string | undefined>): Attack => ({
  attack,
  expectation,
  run: (world) => scene(world, run),
});

const note = { name: 'read_note', arguments: { a: 1 } };

async function round(at: SessionGuard, token: string, params: object) {
  const { headers, body } = modern('tools/call', { ...note, ...params });
  return (await messagesFrom(await at.ask('POST', body, { token, headers })))[0];
}

export const guardSessions: Theme = {
  name: 'guard: sessions',
  attacks: [
    row('nobody, with a stolen session id', '401', ({ at, id }) => refusedBy(at, '', id, 401)),
    row('another user, with a stolen session id', '404', ({ at, id, eve }) => refusedBy(at, eve, id, 404)),
    row('a foreign id and one that never was', 'the same answer', async ({ at, id, eve }) => {
      const answers: string[] = [];
      for (const session of [id, 'A'.repeat(43)]) {
        const response = await at.ask('POST', toolCall('list_notes'), { token: eve, id: session });
        answers.push(JSON.stringify([response.status, [...response.headers], await response.text()]));
      }
      return unless(answers[0] === answers[1], `answered ${answers.join(' and ')}`);
    }),
    row('a request that leaves its session out', '400', ({ at, ada }) => refusedBy(at, ada, undefined, 400)),
    row('an id that lists its own and another', '404', ({ at, id, ada }) =>
      refusedBy(at, ada, `${id}, ${'A'.repeat(43)}`, 404),
    ),
    row('a path, a key and a pattern for an id', '404', async ({ at, ada }) =>
      firstOf(
        await refusedBy(at, ada, 'SESSION#1', 404),
        await refusedBy(at, ada, '../../grants', 404),
        await refusedBy(at, ada, `*${'A'.repeat(42)}`, 404),
      ),
    ),
    row('an id longer than any', '404', ({ at, ada }) => refusedBy(at, ada, 'A'.repeat(7_000), 404)),
    row('a session an hour after its last use', '404, though the table still has it', ({ id, ada, later }) =>
      refusedBy(later(SESSION_SECONDS + 1), ada, id, 404),
    ),
    row('a session after DELETE', '404', async ({ at, id, ada }) => {
      await at.ask('DELETE', undefined, { token: ada, id });
      return refusedBy(at, ada, id, 404);
    }),
    row('DELETE of somebody else', '404, and the session goes on', async ({ at, id, ada, eve }) => {
      const { status } = await at.ask('DELETE', undefined, { token: eve, id });
      const after = await at.ask('POST', toolCall('list_notes'), { token: ada, id });
      return unless(status === 404 && after.status === 200, `answered ${status}, then ${after.status}`);
    }),
    row('a stolen table', 'opens nothing', async ({ state, id }) => {
      const dump = await state.dump();
      const told = [id, 'sampling', 'clientInfo', '"ada"'].find((text) => dump.includes(text));
      return unless(told === undefined && dump.includes('SESSION#'), `the table tells ${told}`);
    }),
    row('an id of the server’s choice, offered by a client', 'another one is given', async ({ at, ada }) => {
      const fixed = 'A'.repeat(43);
      const response = await at.ask('POST', INITIALIZE, { token: ada, id: fixed });
      return unless(response.headers.get('mcp-session-id') !== fixed, 'the id was fixed by the client');
    }),
    row('a session that is to keep a megabyte', '413', async ({ at, ada }) => {
      const params = { ...INITIALIZE.params, capabilities: { experimental: 'x'.repeat(900_000) } };
      const { status } = await at.ask('POST', { ...INITIALIZE, params }, { token: ada });
      return unless(status === 413, `answered ${status}`);
    }),
    row('an initialize hidden in a batch', '400', async ({ at, ada }) => {
      const { status } = await at.ask('POST', [toolCall('list_notes'), INITIALIZE], { token: ada });
      return unless(status === 400, `answered ${status}`);
    }),
    row('state of a server read by its client', 'sealed', async ({ at, ada }) => {
      const state = String((await round(at, ada, {}))?.result.requestState);
      const text = state + Buffer.from(state, 'base64url').toString('latin1');
      return unless(state.length > 40 && !text.includes('balance'), `the client reads ${state}`);
    }),
    row('state made up by a client', 'refused, in both eras', async ({ at, id, ada }) => {
      const made = { requestState: '{"balance":1000000}' };
      const answer = await round(at, ada, made);
      const legacy = { jsonrpc: '2.0', id: 1, method: 'tools/call', params: { ...note, ...made } };
      const [older] = await messagesFrom(await at.ask('POST', legacy, { token: ada, id }));
      return firstOf(
        unless(answer?.error?.code === -32602, `answered ${JSON.stringify(answer)}`),
        unless(older?.error?.code === -32602, `answered ${JSON.stringify(older)}`),
      );
    }),
    row('state of one call in another, and of one user by another', 'refused', async ({ at, ada, eve }) => {
      const requestState = (await round(at, ada, {}))?.result.requestState;
      const outcomes: (string | undefined)[] = [];
      for (const [token, params] of [
        [eve, {}],
        [ada, { arguments: { a: 2 } }],
        [ada, { name: 'read_other' }],
      ] as const) {
        const answer = await round(at, token, { ...params, requestState });
        outcomes.push(unless(answer?.error?.code === -32602, `answered ${JSON.stringify(answer)}`));
      }
      return firstOf(...outcomes);
    }),
    row('state after ten minutes', 'refused', async ({ at, ada, later }) => {
      const requestState = (await round(at, ada, {}))?.result.requestState;
      const answer = await round(later(601), ada, { requestState });
      return unless(answer?.error?.code === -32602, `answered ${JSON.stringify(answer)}`);
    }),
  ],
};
