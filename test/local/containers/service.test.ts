/** A whole stack with a service: from the API's address to the app's process and back. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseOptions } from '../../../local/options';
import { type RunningStack, start } from '../../../local/start';
import type { Template } from '../../../local/template/template';
import { changed, type FixtureStack, withResource, writeAssembly } from '../fixtures/assembly';
import { isRunning, waitFor } from '../fixtures/processes';
import { APP, GUARD, SERVICE_STACK, SERVICE_TEMPLATE } from '../fixtures/small-service';

jest.setTimeout(30_000);

const dir = mkdtempSync(join(tmpdir(), 'service-'));
let running: RunningStack | undefined;

afterEach(async () => {
  await running?.close();
  running = undefined;
});
afterAll(() => rmSync(dir, { recursive: true, force: true }));

interface Echo {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  readonly env: Readonly<Record<string, string>>;
  readonly pid: number;
}

async function up(template: Template = SERVICE_TEMPLATE, stack: Partial<FixtureStack> = {}): Promise<RunningStack> {
  const assembly = writeAssembly([{ ...SERVICE_STACK, ...stack, template: unsecured(template) }]);
  const app = `cp -r ${assembly}/. "$CDK_OUTDIR"`;
  running = await start(parseOptions(['--port', '4130', '--app', app, '--dir', dir]), () => {});
  return running;
}

/** Tokens are another test's matter. */
function unsecured(template: Template): Template {
  return changed(template, 'Secured', {
    AuthorizationType: 'NONE',
    AuthorizerId: undefined,
    AuthorizationScopes: undefined,
  });
}

function task(app: object, guard: object = {}): Template {
  return changed(SERVICE_TEMPLATE, 'Task', {
    ContainerDefinitions: [
      { ...APP, ...app },
      { ...GUARD, ...guard },
    ],
  });
}

const call = (query = '', headers: Record<string, string> = {}) =>
  fetch(`http://localhost:4130/mcp${query}`, { method: 'POST', body: '{"a":1}', headers });

const echo = async (query = '', headers: Record<string, string> = {}) =>
  (await (await call(query, headers)).json()) as Echo;

test('O1 a request goes through link, load balancer, guard and app; the tasks take turns', async () => {
  const stack = await up();
  const first = await echo('?x=1', { 'content-type': 'application/json', x_odd: 'dropped' });
  const second = await echo();
  expect(first.url).toBe('/mcp?x=1');
  expect(first.body).toBe('{"a":1}');
  expect(new Set([first.pid, second.pid])).toEqual(new Set(stack.processes().map(({ App }) => App)));
  expect(stack.processes()).toHaveLength(2);
  expect(first.headers).toMatchObject({
    'x-guard': 'http://localhost:4130/mcp',
    'x-origins': 'http://localhost:3000',
    via: 'HTTP/1.1 AmazonAPIGateway',
    'x-forwarded-proto': 'http',
    'x-forwarded-port': '80',
  });
  expect(first.headers.forwarded).toMatch(/for=.*;host=localhost:4130;proto=http$/);
  expect(first.headers).not.toHaveProperty('x_odd');
});

test('a container has its variables, its secrets and what ECS sets, and nothing of the shell', async () => {
  process.env.OF_THE_SHELL = 'secret';
  const stack = await up();
  const { env } = await echo();
  delete process.env.OF_THE_SHELL;
  expect(Object.keys(env).sort()).toEqual([
    'AWS_CONTAINER_AUTHORIZATION_TOKEN',
    'AWS_CONTAINER_CREDENTIALS_FULL_URI',
    'AWS_DEFAULT_REGION',
    'AWS_ENDPOINT_URL_DYNAMODB',
    'AWS_ENDPOINT_URL_SECRETS_MANAGER',
    'AWS_EXECUTION_ENV',
    'AWS_REGION',
    'ECS_CONTAINER_METADATA_URI_V4',
    'HOME',
    'PASSWORD',
    'PATH',
    'PORT',
    'TABLE_NAME',
  ]);
  expect(env.PASSWORD).toBe('p4ssw0rd');
  expect(env.TABLE_NAME).toBe(stack.deployment.tables[0]?.TableName);
  const at = env.AWS_CONTAINER_CREDENTIALS_FULL_URI as string;
  expect((await fetch(at)).status).toBe(401);
  const answer = await fetch(at, { headers: { authorization: env.AWS_CONTAINER_AUTHORIZATION_TOKEN as string } });
  expect(await answer.json()).toMatchObject({ AccessKeyId: 'LOCALTASKKEYID000000', Expiration: expect.any(String) });
  const metadata = await fetch(`${env.ECS_CONTAINER_METADATA_URI_V4}/task`);
  expect(await metadata.json()).toMatchObject({ Family: 'small', Containers: [{ Name: 'App' }, { Name: 'Guard' }] });
});

test('what containers write is in a log of their own, audit records in that of all', async () => {
  const stack = await up();
  await waitFor(() => stack.auditLines().length === 2);
  expect(readFileSync(join(dir, 'logs', 'Service.App.log'), 'utf8')).toContain('"type":"audit"');
});

test('O1 a task whose app dies is replaced, and clients see 503 with Retry-After at worst', async () => {
  const stack = await up();
  const before = stack.processes().map(({ App }) => App as number);
  process.kill(before[0] as number, 'SIGKILL');
  const answers: Response[] = [];
  const replaced = () => stack.processes().length === 2 && !stack.processes().some(({ App }) => App === before[0]);
  for (const end = Date.now() + 10_000; Date.now() < end && !replaced(); await sleep(20)) answers.push(await call());
  expect(replaced()).toBe(true);
  for (const { status, headers } of answers.filter(({ status: code }) => code !== 200)) {
    expect([status, headers.get('retry-after')]).toEqual([503, '1']);
  }
  await waitFor(() => !isRunning(before[0] as number));
  expect((await call()).status).toBe(200);
});

test('O1 a deployment replaces every task and loses no call', async () => {
  const stack = await up();
  const before = stack.processes();
  const answers: Promise<Response>[] = [];
  const load = setInterval(() => answers.push(call('?wait=300')), 20);
  await stack.redeploy();
  clearInterval(load);
  expect(stack.processes().map(({ App }) => App)).not.toContain(before[0]?.App);
  const statuses = (await Promise.all(answers)).map(({ status }) => status);
  expect(statuses.length).toBeGreaterThan(20);
  expect(statuses.filter((status) => status !== 200)).toEqual([]);
  await waitFor(() => before.every(({ App, Guard }) => !isRunning(App as number) && !isRunning(Guard as number)));
});

test('O1 without a task the load balancer answers 503, as a closed way does', async () => {
  const stack = await up(changed(SERVICE_TEMPLATE, 'Scaling', { MinCapacity: 1 }));
  process.kill(stack.processes()[0]?.Guard as number, 'SIGKILL');
  const own: Response[] = [];
  for (const end = Date.now() + 2000; own.length === 0 && Date.now() < end; ) {
    const answer = await call();
    if (answer.status === 503) own.push(answer);
  }
  expect(own[0]?.headers.get('server')).toBe('awselb/2.0');
});

test('O1 a VPC link that the load balancer does not let in gets 503 from the gateway', async () => {
  await up(withResource(SERVICE_TEMPLATE, 'IntoBalancer', undefined));
  const answer = await call();
  expect([answer.status, await answer.json()]).toEqual([503, { message: 'Service Unavailable' }]);
});

test('a task that never gets healthy stops the start, with the last it said', async () => {
  const images = {
    ...SERVICE_STACK.images,
    app: { ...SERVICE_STACK.images?.app, 'index.mjs': 'console.error("no database"); process.exit(7);' },
  };
  await expect(up(SERVICE_TEMPLATE, { images })).rejects.toThrow(
    /no task of Service gets healthy \(App ended with exit code 7\); its last lines:\n {2}App: no database/,
  );
  await expect(fetch('http://localhost:4130/public')).rejects.toThrow('fetch failed');
});

test('a server in Python runs as one in Node.js does', async () => {
  const source = `
import http.server, json, os
class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        body = json.dumps({"language": "python", "cwd": os.listdir(".")}).encode()
        self.send_response(200)
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)
    do_POST = do_GET
http.server.HTTPServer(("127.0.0.1", int(os.environ["PORT"])), Handler).serve_forever()
`;
  const Dockerfile = 'FROM python:3.13-slim\nWORKDIR /app\nCOPY server.py ./\nCMD ["python", "/app/server.py"]\n';
  await up(SERVICE_TEMPLATE, { images: { ...SERVICE_STACK.images, app: { Dockerfile, 'server.py': source } } });
  expect(await (await call()).json()).toMatchObject({ language: 'python', cwd: expect.arrayContaining(['server.py']) });
});

test('a container that waits for another to be healthy starts after it', async () => {
  const check = { Command: ['CMD', 'node', '-e', 'process.exit(0)'], Interval: 5 };
  await up(task({ HealthCheck: check }, { DependsOn: [{ ContainerName: 'App', Condition: 'HEALTHY' }] }));
  expect((await call()).status).toBe(200);
});

test('a container that does not end on SIGTERM is killed after its stop timeout', async () => {
  const stubborn = `${SERVICE_STACK.images?.app?.['index.mjs']}\nprocess.removeAllListeners('SIGTERM'); process.on('SIGTERM', () => {});`;
  const images = { ...SERVICE_STACK.images, app: { ...SERVICE_STACK.images?.app, 'index.mjs': stubborn } };
  const stack = await up(SERVICE_TEMPLATE, { images });
  const before = stack.processes().map(({ App }) => App as number);
  await stack.redeploy();
  await waitFor(() => before.every((pid) => !isRunning(pid)));
});

test('nothing is left when the platform ends', async () => {
  const stack = await up();
  const pids = stack.processes().flatMap((one) => Object.values(one));
  expect(pids).toHaveLength(4);
  await stack.close();
  expect(pids.filter(isRunning)).toEqual([]);
});
