import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { App, Stack, Stage } from 'aws-cdk-lib';
import { McpHosting } from 'cdk-mcp';
import { run } from '../../bin/cli/run';
import { anyHosting, notesServer } from '../lib/support';
import { folderOf, removeFolders } from './support';

jest.setTimeout(30_000);

const SERVER = join(__dirname, '../lib/hosting/fixtures/server.ts');

const ACCOUNT = '111122223333';
const KEYS = [
  'AWS_REGION',
  'AWS_ACCESS_KEY_ID',
  'AWS_SECRET_ACCESS_KEY',
  'AWS_ENDPOINT_URL_STS',
  'AWS_ENDPOINT_URL_CLOUDFORMATION',
];

interface Seen {
  readonly action: string | null;
  readonly parameters: URLSearchParams;
  /** The access key that signed the request. */
  readonly signer?: string;
  readonly token?: string | string[];
}

let aws: Server;
let seen: Seen[];
/** What is deployed, by the name of the stack; a number is a refusal. */
let deployed: Record<string, string | number>;

beforeAll(async () => {
  aws = createServer((request, response) => void answer(request, response));
  await new Promise<void>((listening) => aws.listen(0, '127.0.0.1', listening));
  const url = `http://127.0.0.1:${(aws.address() as AddressInfo).port}/`;
  const values = ['eu-central-1', 'AKIAOWN', 'own-secret', url, url];
  for (const [index, key] of KEYS.entries()) process.env[key] = values[index];
});
afterAll(() => {
  for (const key of KEYS) delete process.env[key];
  aws.close();
});
beforeEach(() => {
  seen = [];
  deployed = {};
});
afterEach(removeFolders);

async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
  let body = '';
  for await (const chunk of request) body += chunk;
  const parameters = new URLSearchParams(body);
  const action = parameters.get('Action');
  const signer = /Credential=([^/]+)\//.exec(request.headers.authorization ?? '')?.[1];
  seen.push({ action, parameters, signer, token: request.headers['x-amz-security-token'] });
  const [status, xml] = answerTo(action, parameters);
  response.writeHead(status, { 'content-type': 'text/xml' }).end(xml);
}

function answerTo(action: string | null, parameters: URLSearchParams): [number, string] {
  if (action === 'GetCallerIdentity') return [200, `<R><Arn>arn:aws:sts::${ACCOUNT}:assumed-role/build/1</Arn></R>`];
  if (action === 'AssumeRole') {
    const keys = '<AccessKeyId>AKIALOOKUP</AccessKeyId><SecretAccessKey>s&amp;s</SecretAccessKey>';
    return [200, `<R><Credentials>${keys}<SessionToken>session</SessionToken></Credentials></R>`];
  }
  const found = deployed[parameters.get('StackName') ?? ''];
  if (found === undefined) return failure(400, 'ValidationError', 'Stack with id x does not exist');
  if (typeof found === 'number') return failure(found, 'AccessDenied', 'not you');
  return [200, `<R><TemplateBody>${escaped(found)}</TemplateBody></R>`];
}

function failure(status: number, code: string, message: string): [number, string] {
  return [status, `<ErrorResponse><Error><Code>${code}</Code><Message>${message}</Message></Error></ErrorResponse>`];
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&#34;');
}

/** An assembly whose production stage has a server with these tools, and the template of that server. */
function production(tools: string[], hosting = anyHosting()): { folder: string; template: string } {
  const outdir = folderOf({});
  const app = new App({ outdir });
  const stage = new Stage(app, 'Production');
  const server = notesServer(new Stack(stage, 'Notes'), { hosting, access: [{ tools, scopes: ['notes:read'] }] });
  server.addMachineClient('ci', { scopes: ['notes:read'] });
  const template = JSON.stringify(stage.synth().stacks[0]!.template);
  app.synth();
  return { folder: `${outdir}/${stage.artifactId}`, template };
}

async function changes(folder: string) {
  const lines: string[] = [];
  const output = { out: (text: string) => lines.push(text), error: (text: string) => lines.push(text) };
  const code = await run(['changes', '--deployed', folder], '0', output);
  return { code, text: lines.join('\n') };
}

test('O3 what is deployed is read by the lookup role, and compared', async () => {
  const { folder } = production(['list_notes', 'delete_note']);
  deployed['Production-Notes'] = production(['list_notes']).template;
  const { code, text } = await changes(folder);
  expect(text).toContain('- machine client ci gains tool delete_note');
  expect(code).toBe(0);
  expect(seen.map(({ action, signer, token }) => [action, signer, token])).toEqual([
    ['GetCallerIdentity', 'AKIAOWN', undefined],
    ['AssumeRole', 'AKIAOWN', undefined],
    ['GetTemplate', 'AKIALOOKUP', 'session'],
  ]);
  expect(seen[1]!.parameters.get('RoleArn')).toBe(
    `arn:aws:iam::${ACCOUNT}:role/cdk-hnb659fds-lookup-role-${ACCOUNT}-eu-central-1`,
  );
  expect(seen[2]!.parameters.get('TemplateStage')).toBe('Original');
});

test('O3 what is deployed already changes nothing', async () => {
  const { folder, template } = production(['list_notes']);
  deployed['Production-Notes'] = template;
  expect((await changes(folder)).text).toContain('Nothing changes.');
});

test('O3 a stack that is not there yet is new', async () => {
  const { text } = await changes(production(['list_notes']).folder);
  expect(text).toMatch(/^# .*Notes.* \(new\)$/m);
  expect(text).toContain('- this server is new');
});

test('O3 a policy that is too large for a variable is compared all the same, without the bundle', async () => {
  const tools = Array.from({ length: 600 }, (_, index) => `t${(index * 7919).toString(36)}_${index * 104729}`);
  const large = (names: string[]) => production(names, McpHosting.nodejs({ entry: SERVER }));
  const { template } = large(tools);
  expect(template).toContain('file:policy.json');
  deployed['Production-Notes'] = template;
  const { text } = await changes(large([...tools, 'delete_note']).folder);
  expect(text).toContain('- machine client ci gains tool delete_note');
  expect(text).not.toContain(`tool ${tools[0]}`);
});

test('O3 a policy that cannot be read is said, not passed over', async () => {
  const { template, folder } = production(['list_notes']);
  deployed['Production-Notes'] = template.replace('"MCP_POLICY":"', '"MCP_POLICY":"file:policy.json","WAS":"');
  const { text } = await changes(folder);
  expect(text).toContain('who gains or loses which tool is NOT KNOWN');
});

test.each([
  ['what it may not read', 403, 'cloudformation refuses GetTemplate: AccessDenied, not you'],
  ['what is no template', 'Resources: {}', 'is no JSON'],
])('O3 fails on %s, rather than saying that nothing changes', async (_, found, message) => {
  deployed['Production-Notes'] = found;
  const { code, text } = await changes(production(['list_notes']).folder);
  expect(code).toBe(1);
  expect(text).toContain(message);
});
