/** The notes example as a service of containers: what clients see when parts of it die or are replaced. */
import { randomUUID } from 'node:crypto';
import { rmSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseOptions } from '../../local/options';
import { type RunningStack, start } from '../../local/start';
import { isRunning } from '../local/fixtures/processes';
import { modern } from '../support/guard';
import { describedWith, freePort, temporaryFolder } from '../support/stack';
import { type Answer, post } from './support/http';
import { call, legacy } from './support/requests';
import { Forger } from './support/tokens';

jest.setTimeout(60_000);

/** Between the calls of one row: together they stay below what the API admits. */
const PAUSE_MS = 150;

const dir = temporaryFolder();
let running: RunningStack;
let url: string;
let token: string;
/** Of another user each time: what one may call in a minute is limited. */
let newUser: () => Promise<string>;

beforeAll(async () => {
  const port = String(await freePort(4340));
  running = await start(parseOptions(['--hosting', 'fargate', '--port', port, '--dir', dir]), () => {});
  const stack = describedWith(running.stack, running.deployment);
  url = stack.mcpUrl;
  const forger = new Forger(stack);
  newUser = () => forger.user({ sub: randomUUID(), scope: forger.scopes('notes:read', 'notes:write') });
});
beforeEach(async () => {
  token = await newUser();
});
afterAll(async () => {
  await running?.close();
  rmSync(dir, { recursive: true, force: true });
});

const add = (title: string) => post(url, call('add_note', { title, text: 'x' }), { token });

async function titles(): Promise<string[]> {
  const answer = await post(url, call('list_notes'), { token });
  return answer.json().result.structuredContent.notes.map(({ title }: { title: string }) => title);
}

/** Adds notes in four rows until told to stop; every title with its answer. */
function load(name: string): { stop(): Promise<[string, Answer][]> } {
  const answers: [string, Answer][] = [];
  let stopped = false;
  const rows = [1, 2, 3, 4].map(async (row) => {
    for (let turn = 0; !stopped; turn++) {
      const title = `${name} ${row}.${turn}`;
      answers.push([title, await add(title)]);
      await sleep(PAUSE_MS);
    }
  });
  return {
    async stop() {
      stopped = true;
      await Promise.all(rows);
      return answers;
    },
  };
}

/**
 * Whatever was not done was refused as something to try again later, and whatever was done is there.
 * @param brokenOff what answers may have been killed while it wrote
 */
async function expectNothingLost(answers: readonly [string, Answer][], brokenOff = false): Promise<void> {
  const refused = answers.filter(([, { status }]) => status !== 200);
  for (const [, { status, headers, text }] of refused) {
    expect(status).toBe(503);
    // An answer that breaks off half-way is API Gateway's to replace, and nobody can add a header to that.
    if (text !== '{"message":"Service Unavailable"}') expect(headers['retry-after']).toMatch(/^\d+$/);
    else expect(brokenOff).toBe(true);
  }
  const done = answers.filter(([, { status }]) => status === 200);
  expect(done.map(([, answer]) => answer.json().result?.isError ?? false)).not.toContain(true);
  const kept = new Set(await titles());
  expect(done.map(([title]) => title).filter((title) => !kept.has(title))).toEqual([]);
  expect(done.length).toBeGreaterThan(0);
}

/** Waits until there are two tasks again, and none with this process. */
async function replaced(container: string, pid: number): Promise<void> {
  const whole = () => {
    const tasks = running.processes();
    return tasks.length === 2 && tasks.every((task) => task.App && task.Guard && task[container] !== pid);
  };
  for (const end = Date.now() + 20_000; !whole() && Date.now() < end; ) await sleep(50);
  expect(whole()).toBe(true);
}

test('O4 two tasks run, each a guard before the server', () => {
  expect(running.processes()).toEqual([
    { App: expect.any(Number), Guard: expect.any(Number) },
    { App: expect.any(Number), Guard: expect.any(Number) },
  ]);
});

test('T1 the guard refuses what the gateway lets pass, behind a load balancer too', async () => {
  const { headers, body } = legacy(['tools/list', {}]);
  expect((await post(url, body, { headers })).status).toBe(401);
  const listed = await post(url, body, { headers, token });
  expect(listed.status).toBe(200);
  const names = listed.json().result.tools.map(({ name }: { name: string }) => name);
  expect(names).toContain('add_note');
  expect(names).not.toContain('delete_note');
});

test('O1 nothing stays open behind an HTTP API: a subscription is acknowledged and ended, and is no failure', async () => {
  const { headers, body } = modern('subscriptions/listen', { notifications: { toolsListChanged: true } });
  const began = Date.now();
  const { status, text } = await post(url, body, { headers, token });
  expect(Date.now() - began).toBeLessThan(5_000);
  expect(status).toBe(200);
  expect(text).toContain('subscriptions/acknowledged');
  expect(text).toContain('"resultType":"complete"');
});

test('T1 who says in a header who they are is not', async () => {
  await add('mine');
  const headers = { 'x-mcp-principal-id': 'somebody-else', 'X-MCP-Principal-Kind': 'machine' };
  const answer = await post(url, call('list_notes'), { token, headers });
  const seen = answer.json().result.structuredContent.notes.map(({ title }: { title: string }) => title);
  expect(seen).toContain('mine');
});

test.each(['App', 'Guard'])(
  'O1 a %s killed under load costs no note, 503 with Retry-After at worst',
  async (container) => {
    const pid = running.processes()[0]?.[container] as number;
    const work = load(container);
    await sleep(500);
    process.kill(pid, 'SIGKILL');
    await replaced(container, pid);
    await sleep(500);
    await expectNothingLost(await work.stop());
  },
);

test('O1 a guard that is told to end finishes its calls, and another takes its place', async () => {
  const pid = running.processes()[0]?.Guard as number;
  const work = load('told');
  await sleep(500);
  process.kill(pid, 'SIGTERM');
  await replaced('Guard', pid);
  await expectNothingLost(await work.stop());
  expect(isRunning(pid)).toBe(false);
});

test('O1 a deployment under load refuses nobody', async () => {
  const before = running.processes();
  const work = load('deployed');
  await running.redeploy();
  const answers = await work.stop();
  expect(answers.filter(([, { status }]) => status !== 200).map(([, { status }]) => status)).toEqual([]);
  await expectNothingLost(answers);
  const after = running.processes();
  for (const { Guard, App } of before) {
    expect(after).not.toContainEqual(expect.objectContaining({ Guard }));
    expect([isRunning(Guard as number), isRunning(App as number)]).toEqual([false, false]);
  }
});
