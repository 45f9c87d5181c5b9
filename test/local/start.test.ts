import { existsSync, mkdtempSync, readFileSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { LocalOptions } from '../../local/options';
import { type RunningStack, start } from '../../local/start';
import type { Template } from '../../local/template/template';
import { changed, withResource, writeAssembly } from './fixtures/assembly';
import { waitFor } from './fixtures/processes';
import { SMALL_STACK, SMALL_TEMPLATE } from './fixtures/small-stack';

const PORT = 4170;
let running: RunningStack | undefined;

afterEach(async () => {
  await running?.close();
  running = undefined;
});

/** Starts a template as if an app had made it: the app copies the assembly that was written by hand. */
async function up(template: Template = SMALL_TEMPLATE): Promise<{ lines: string[]; dir: string; stack: RunningStack }> {
  const assembly = writeAssembly([{ ...SMALL_STACK, template }]);
  const copy = `require('fs').cpSync(${JSON.stringify(assembly)}, process.env.CDK_OUTDIR, { recursive: true })`;
  const dir = mkdtempSync(join(tmpdir(), 'local-'));
  const options: LocalOptions = {
    port: PORT,
    once: true,
    app: `node -e "${copy.replaceAll('"', '\\"')}"`,
    dir,
    help: false,
    dynamic: false,
    preloadEnv: [],
  };
  const lines: string[] = [];
  running = await start(options, (line) => lines.push(line));
  return { lines, dir, stack: running };
}

async function machineToken({ stack }: RunningStack): Promise<string> {
  const { clientId, clientSecret } = stack.machineClients.job as { clientId: string; clientSecret: string };
  const answer = await fetch(stack.tokenEndpoint, {
    method: 'POST',
    headers: { authorization: `Basic ${Buffer.from(`${clientId}:${clientSecret}`).toString('base64')}` },
    body: new URLSearchParams({ grant_type: 'client_credentials' }),
  });
  return ((await answer.json()) as { access_token: string }).access_token;
}

test('runs what was synthesised: token, route, function, table, logs', async () => {
  const { dir, stack, lines } = await up();
  const call = async (bearer?: string) =>
    fetch(stack.stack.mcpUrl, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...(bearer ? { authorization: `Bearer ${bearer}` } : {}) },
      body: '{}',
    });
  expect((await call()).status).toBe(401);
  const answer = await call(await machineToken(stack));
  expect(answer.status).toBe(200);
  const { event, resource, table } = (await answer.json()) as {
    event: { body: string };
    resource: string;
    table: string;
  };
  expect([event.body, resource]).toEqual(['{}', `http://localhost:${PORT}/mcp`]);
  expect(table).toBe(stack.deployment.tables[0]?.TableName);

  await waitFor(() => stack.auditLines().length > 0);
  expect(stack.auditLines()).toEqual(['{"type":"audit","method":"POST"}']);
  expect(readFileSync(join(dir, 'logs', 'Stage.log'), 'utf8')).toContain(
    '{"route":"POST /mcp","status":"401","client":"-"}',
  );
  expect(lines.join('\n')).toContain(`MCP server      http://localhost:${PORT}/mcp`);
});

test('writes stack.json for its owner alone and removes it, with the keys, at the end', async () => {
  const { dir, stack } = await up();
  const path = join(dir, 'stack.json');
  expect(statSync(path).mode & 0o777).toBe(0o600);
  const written = JSON.parse(readFileSync(path, 'utf8'));
  expect(written).toMatchObject({
    mcpUrl: `http://localhost:${PORT}/mcp`,
    resource: `http://localhost:${PORT}/mcp`,
    issuer: stack.deployment.pools[0]?.issuer,
    tokenEndpoint: `http://localhost:${PORT + 2}/oauth2/token`,
    authorizationEndpoint: `http://localhost:${PORT + 2}/oauth2/authorize`,
    machineClients: { job: { scopes: [`http://localhost:${PORT}/mcp/read`] } },
    clients: { 'local-dev': { redirectUris: ['http://localhost:8765/callback'] } },
    users: [
      { username: 'ada', groups: ['admins'] },
      { username: 'ben', groups: [] },
    ],
    tablesEndpoint: expect.stringContaining('http://127.0.0.1:'),
  });
  expect(existsSync(written.signingKey)).toBe(true);
  await stack.close();
  expect([existsSync(path), existsSync(written.signingKey)]).toEqual([false, false]);
  await expect(fetch(written.mcpUrl)).rejects.toThrow();
});

test('a route whose permission was dropped answers 500', async () => {
  await up(withResource(SMALL_TEMPLATE, 'MayInvoke', undefined));
  const answer = await fetch(`http://localhost:${PORT}/public`);
  expect([answer.status, await answer.text()]).toEqual([500, '{"message":"Internal Server Error"}']);
});

test('no server whose identifier is a route: a sentence, and nothing stays behind', async () => {
  await expect(up(changed(SMALL_TEMPLATE, 'Secured', { RouteKey: 'POST /other' }))).rejects.toThrow(
    'the app has no MCP server',
  );
  await expect(fetch(`http://localhost:${PORT}/public`)).rejects.toThrow();
});

test('an authorizer whose issuer does not answer: a sentence, and nothing stays behind', async () => {
  const template = changed(SMALL_TEMPLATE, 'Authorizer', {
    JwtConfiguration: { Audience: ['a'], Issuer: 'http://127.0.0.1:4199/other' },
  });
  await expect(up(template)).rejects.toThrow('the issuer of Authorizer does not answer');
  await expect(fetch(`http://localhost:${PORT + 1}`)).rejects.toThrow();
});
