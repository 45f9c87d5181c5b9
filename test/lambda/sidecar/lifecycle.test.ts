/** A task that is told to stop, and a task whose parts die, while calls come in: no call that was taken is lost. */
import { Agent, request } from 'node:http';
import { type Keys, makeKeys, sign, toolCall, userClaims } from '../../support/guard';
import { run, startTask, statusOf, type Task } from '../../support/task';
import { until } from '../../support/until';

const SERVED = 'test/lambda/sidecar/fixtures/served.mjs';

jest.setTimeout(30_000);

let keys: Keys;
let token: string;
let task: Task;
beforeAll(async () => {
  keys = await makeKeys();
  token = await sign(keys, userClaims());
});
afterEach(() => task.stop());

interface Answer {
  readonly text: string;
  /** 0: the connection broke, or there was none. */
  readonly status: number;
  readonly retryAfter?: string;
  readonly body: string;
}

let calls = 0;

function call(agent: Agent | undefined, ms = 100): Promise<Answer> {
  const text = `call-${++calls}`;
  const body = JSON.stringify(toolCall('read_note', { text, count: ms }));
  const headers = {
    'content-type': 'application/json',
    accept: 'application/json, text/event-stream',
    authorization: `Bearer ${token}`,
    'content-length': Buffer.byteLength(body),
  };
  return new Promise((resolve) => {
    const broken = () => resolve({ text, status: 0, body: '' });
    const outgoing = request(task.url, { method: 'POST', headers, agent }, (answer) => {
      let received = '';
      answer.setEncoding('utf8').on('data', (chunk) => (received += chunk));
      answer.on('error', broken);
      answer.on('end', () =>
        resolve({ text, status: answer.statusCode ?? 0, retryAfter: answer.headers['retry-after'], body: received }),
      );
    });
    outgoing.on('error', broken).end(body);
  });
}

/** As a load balancer sends calls: over connections it keeps, for as long as the target says that it is healthy. */
function load(each: number) {
  const agent = new Agent({ keepAlive: true });
  const answers: Answer[] = [];
  let on = true;
  const worker = async () => {
    while (on) {
      const answer = await call(agent);
      answers.push(answer);
      if (answer.status !== 200) await new Promise((resolve) => setTimeout(resolve, 20));
    }
  };
  const workers = Array.from({ length: each }, worker);
  return {
    answers,
    async stop() {
      on = false;
      await Promise.all(workers);
      agent.destroy();
    },
  };
}

const begun = () => [...task.app.current.output().matchAll(/begun (\S+)/g)].map(([, text]) => text);

test('O1 SIGTERM under load: unhealthy at once, every call that came before the balancer noticed is answered, exit 0', async () => {
  task = await startTask(keys);
  const traffic = load(10);
  await until(async () => traffic.answers.length > 20);
  task.guard.child.kill('SIGTERM');
  await until(async () => (await statusOf(task.health)) === 503, 500);
  // What a load balancer takes to notice.
  await new Promise((resolve) => setTimeout(resolve, 300));
  await traffic.stop();
  expect(traffic.answers.filter(({ status }) => status !== 200)).toEqual([]);
  expect(traffic.answers.every(({ text, body }) => body.includes(text))).toBe(true);
  expect(await task.guard.exit).toBe(0);
  expect(await statusOf(task.health)).toBe(0);
});

test('O1 SIGTERM: a call that runs is finished, new ones are not taken, connections are given up', async () => {
  task = await startTask(keys);
  const agent = new Agent({ keepAlive: true });
  await call(agent, 1);
  const long = call(undefined, 1_400);
  await until(async () => begun().length === 2);
  task.guard.child.kill('SIGTERM');
  await until(async () => (await statusOf(task.health)) === 503);
  expect((await call(agent, 1)).status).toBe(200);
  expect(Object.keys(agent.freeSockets)).toEqual([]);
  await until(async () => (await statusOf(task.health)) === 0);
  expect((await long).status).toBe(200);
  expect(await task.guard.exit).toBe(0);
});

test('O1 SIGTERM: a call that takes longer than there is time is told to come again, and the process ends in time', async () => {
  task = await startTask(keys, { drainSeconds: 2 });
  const long = call(undefined, 20_000);
  await until(async () => begun().length === 1);
  const started = Date.now();
  task.guard.child.kill('SIGTERM');
  expect(await long).toMatchObject({ status: 503, retryAfter: '5' });
  expect(await task.guard.exit).toBe(0);
  expect(Date.now() - started).toBeLessThan(2_000);
});

test('O1 a second signal ends it at once', async () => {
  task = await startTask(keys, { drainSeconds: 30 });
  task.guard.child.kill('SIGTERM');
  await until(async () => (await statusOf(task.health)) === 503);
  task.guard.child.kill('SIGTERM');
  expect(await task.guard.exit).toBe(1);
});

test('O1 the app is killed under load: 503 with Retry-After at worst, no tool runs twice, and calls go on with the next app', async () => {
  task = await startTask(keys);
  const traffic = load(10);
  await until(async () => traffic.answers.length > 20);
  const before = task.app.current;
  before.child.kill('SIGKILL');
  await before.exit;
  await until(async () => (await statusOf(task.health)) === 503);
  await until(async () => traffic.answers.some(({ body }) => body.includes('cannot take this call')));
  await task.startApp();
  await until(async () => (await statusOf(task.health)) === 200);
  const count = traffic.answers.length;
  await until(async () => traffic.answers.length > count + 30);
  await traffic.stop();
  const failed = traffic.answers.filter(({ status }) => status !== 200);
  expect(failed.length).toBeGreaterThan(0);
  expect(failed.filter(({ status, retryAfter }) => status !== 503 || retryAfter !== '5')).toEqual([]);
  const ran = [...before.output().matchAll(/begun (\S+)/g)].map(([, text]) => text).concat(begun());
  expect(new Set(ran).size).toBe(ran.length);
  // What says that nothing was done tells the truth.
  const untouched = failed.filter(({ body }) => body.includes('cannot take this call'));
  expect(untouched.filter(({ text }) => ran.includes(text))).toEqual([]);
  expect(traffic.answers.at(-1)?.status).toBe(200);
});

test('O1 the guard is killed: the app goes on, and the next guard answers for it', async () => {
  task = await startTask(keys);
  const lost = call(undefined, 300);
  await until(async () => begun().length === 1);
  task.guard.child.kill('SIGKILL');
  expect((await lost).status).toBe(0);
  const next = await run('assets/guard/index.mjs', task.environment);
  try {
    await until(async () => (await statusOf(task.health)) === 200);
    expect((await call(undefined, 1)).status).toBe(200);
  } finally {
    next.child.kill('SIGKILL');
    await next.exit;
  }
});

test('O1 the health check of the container: 0 when guard and app are ready, 1 when either is not', async () => {
  task = await startTask(keys);
  const check = async () => (await run('assets/guard/index.mjs', task.environment, '', ['health'])).exit;
  expect(await check()).toBe(0);
  task.app.current.child.kill('SIGKILL');
  await task.app.current.exit;
  await until(async () => (await statusOf(task.health)) === 503);
  expect(await check()).toBe(1);
  task.guard.child.kill('SIGKILL');
  await task.guard.exit;
  expect(await check()).toBe(1);
});

test('O1 a server made with serve() is its own guard: same health, same end, whatever name it was called by', async () => {
  task = await startTask(keys, { drainSeconds: 3 });
  task.guard.child.kill('SIGKILL');
  await task.guard.exit;
  const { MCP_UPSTREAM: _none, ...environment } = task.environment;
  const served = await run(SERVED, environment);
  try {
    await until(async () => (await statusOf(task.health)) === 200);
    const running = call(undefined, 1_200);
    await until(async () => served.output().includes('begun'));
    served.child.kill('SIGTERM');
    await until(async () => (await statusOf(task.health)) === 503);
    expect((await running).status).toBe(200);
    expect(await served.exit).toBe(0);
  } finally {
    served.child.kill('SIGKILL');
  }
  const unguarded = await run(SERVED, { ...environment, UNGUARDED: '1' });
  expect(await unguarded.exit).toBe(1);
  expect(unguarded.output()).toContain('nothing runs unguarded');
});

test('O1 a server that cannot be built is never healthy, and says once what is missing', async () => {
  task = await startTask(keys);
  task.guard.child.kill('SIGKILL');
  await task.guard.exit;
  const { MCP_UPSTREAM: _none, ...environment } = task.environment;
  const served = await run(SERVED, { ...environment, BROKEN: '1' });
  try {
    await until(async () => (await statusOf(task.health)) === 503);
    await new Promise((resolve) => setTimeout(resolve, 1_100));
    expect(await statusOf(task.health)).toBe(503);
    expect(served.output().match(/DATABASE_URL is missing/g)).toHaveLength(2);
    expect(served.output().match(/"requestId":"health"/g)).toHaveLength(1);
    const check = await run(SERVED, environment, '', ['health']);
    expect(await check.exit).toBe(1);
  } finally {
    served.child.kill('SIGKILL');
  }
});

test('O1 being asked for its health is in no record and no metric', async () => {
  task = await startTask(keys);
  expect(await statusOf(task.health)).toBe(200);
  expect(task.guard.output()).toBe('');
});

test.each([
  [{ MCP_STREAMS: 'yes' }, 'MCP_STREAMS'],
  [{ MCP_UPSTREAM: 'http://10.0.0.1:3000/mcp' }, 'MCP_UPSTREAM'],
  [{ MCP_UPSTREAM: 'https://127.0.0.1:3000/mcp' }, 'MCP_UPSTREAM'],
  [{ MCP_UPSTREAM: 'http://user@127.0.0.1:3000/mcp' }, 'MCP_UPSTREAM'],
  [{ MCP_UPSTREAM: 'http://127.0.0.1.evil.example/mcp' }, 'MCP_UPSTREAM'],
  [{ MCP_UPSTREAM: '' }, 'MCP_UPSTREAM'],
  [{ MCP_PORT: '80a' }, 'MCP_PORT'],
  [{ MCP_DRAIN_SECONDS: '0' }, 'MCP_DRAIN_SECONDS'],
  [{ MCP_POLICY: '{}' }, 'MCP_POLICY'],
])('O1 fails at start with %j, naming the variable', async (changes, name) => {
  task ??= await startTask(keys);
  const failing = await run('assets/guard/index.mjs', { ...task.environment, ...changes });
  expect(await failing.exit).toBe(1);
  expect(failing.output()).toContain(name);
});
