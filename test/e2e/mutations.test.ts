/**
 * Constructs and runtime meet in names: of variables, routes, permissions, clients, scopes. A name that is changed
 * on one side alone must be noticed by those who use the stack.
 */
import { rmSync } from 'node:fs';
import { BrokerVariable, GuardVariable } from '../../lib/private/contract';
import { freePort, runLocal, temporaryFolder } from '../support/stack';
import { type Assembly, mutated, ofType, synthesisedNotes } from './support/assembly';
import { faultOf } from './support/fault';
import { dropPermission, dropRoute, type Mutation, OTHERS, renameVariable } from './support/mutations';

jest.setTimeout(60_000);

/** Absent where no browser origins are named. */
const OPTIONAL: readonly string[] = [GuardVariable.allowedOrigins];
const SERVER_VARIABLES = ['TABLE_NAME', ...Object.values(GuardVariable)].filter((name) => !OPTIONAL.includes(name));
const BROKER_VARIABLES = Object.values(BrokerVariable).filter((name) => !OPTIONAL.includes(name));
const ROUTES = [
  ...['POST', 'GET', 'DELETE'].map((method) => `${method} /mcp`),
  ...['GET', 'OPTIONS'].flatMap((method) =>
    ['oauth-protected-resource/mcp', 'oauth-protected-resource', 'oauth-authorization-server'].map(
      (document) => `${method} /.well-known/${document}`,
    ),
  ),
];

let notes: Assembly;
let port: number;

beforeAll(async () => {
  notes = await synthesisedNotes();
  port = await freePort(4340);
}, 60_000);
afterAll(() => notes?.remove());

async function faultAfter(mutation: Mutation): Promise<string | undefined> {
  const changed = mutated(notes, mutation);
  try {
    return await faultOf(changed, port);
  } finally {
    changed.remove();
  }
}

test('nothing is changed: everything holds', async () => {
  expect(await faultOf(notes, port)).toBeUndefined();
});

test('every variable, route and permission of the stack is among those that are changed below', () => {
  const variables = (role: string) => {
    const found = ofType(notes.resources, 'Lambda::Function').find(([id]) => id.includes(role));
    return Object.keys(found?.[1].Properties.Environment.Variables).sort();
  };
  expect(variables('Server')).toEqual([...SERVER_VARIABLES].sort());
  expect(variables('Broker')).toEqual([...BROKER_VARIABLES].sort());
  const routes = ofType(notes.resources, 'ApiGatewayV2::Route').map(([, { Properties }]) => Properties.RouteKey);
  expect(routes.sort()).toEqual([...ROUTES].sort());
  expect(ofType(notes.resources, 'Lambda::Permission')).toHaveLength(ROUTES.length);
});

test.each(SERVER_VARIABLES)('%s of the server, renamed, is noticed', async (name) => {
  expect(await faultAfter(renameVariable('Server', name))).toBeDefined();
});

test.each(BROKER_VARIABLES)('%s of the documents, renamed, is noticed', async (name) => {
  expect(await faultAfter(renameVariable('Broker', name))).toContain('answers 500');
});

test.each(ROUTES)('without the route %s, that is noticed', async (key) => {
  expect(await faultAfter(dropRoute(key))).toContain('answers 404');
});

test.each(ROUTES)('without the permission for %s, that is noticed', async (key) => {
  expect(await faultAfter(dropPermission(key))).toContain('answers 500');
});

test.each(Object.entries(OTHERS))('%s, and that is noticed', async (_name, mutation) => {
  expect(await faultAfter(mutation)).toBeDefined();
});

describe('the command', () => {
  /** The exit code of `npm start -- --once`. */
  async function exitCode(assembly: Assembly): Promise<number | null> {
    const dir = temporaryFolder();
    const code = await runLocal(['--once', '--port', String(port), '--dir', dir, '--app', assembly.app]).exit;
    rmSync(dir, { recursive: true, force: true });
    return code;
  }

  test('ends with 0 when the demonstration held', async () => {
    expect(await exitCode(notes)).toBe(0);
  });

  test.each<[string, Mutation]>([
    ['a variable has another name', renameVariable('Server', GuardVariable.machineClients)],
    ['a permission is missing', dropPermission('GET /.well-known/oauth-protected-resource/mcp')],
    [
      'the app cannot be run',
      (resources) => delete resources[ofType(resources, 'Cognito::UserPoolDomain')[0]?.[0] ?? ''],
    ],
  ])('ends with 1 when %s', async (_name, mutation) => {
    const changed = mutated(notes, mutation);
    expect(await exitCode(changed)).toBe(1);
    changed.remove();
  });
});
