/**
 * Constructs and runtime meet in names: of variables, routes, permissions, clients, keys, scopes. A name that is
 * changed on one side alone must be noticed by those who use the stack.
 */
import { rmSync } from 'node:fs';
import { BrokerVariable, GuardVariable } from '../../lib/private/contract';
import { freePort, runLocal, temporaryFolder } from '../support/stack';
import { type Assembly, mutated, ofType, synthesised } from './support/assembly';
import { faultOf, type Look } from './support/fault';
import {
  forbid,
  GRANTS_ACTIONS,
  grantsStatements,
  otherLeadingKeys,
  otherTable,
  type Role,
} from './support/grants-policies';
import { dropPermission, dropRoute, type Mutation, renameVariable } from './support/mutations';
import { optionalProbes, optionalRouteProbes, REGISTRATION_ROUTES } from './support/options';
import { machineProbes, ROUTES, routeProbe, routeProbes } from './support/routes';
import { SLIPS } from './support/slips';
import { TWO_SERVERS } from './support/two-servers';

jest.setTimeout(60_000);

/** Absent from the notes example, whose author chose nothing of it. */
const OPTIONAL: Readonly<Record<'Server' | 'Broker', readonly string[]>> = {
  Server: [
    GuardVariable.allowedOrigins,
    GuardVariable.cors,
    GuardVariable.exchangeClient,
    GuardVariable.guardrail,
    GuardVariable.regions,
    GuardVariable.tokenProfile,
  ],
  Broker: [
    BrokerVariable.allowedOrigins,
    BrokerVariable.branding,
    BrokerVariable.cors,
    BrokerVariable.regions,
    BrokerVariable.rememberConsent,
  ],
};
const variablesOf = (contract: Readonly<Record<string, string>>, role: Role) =>
  Object.values(contract).filter((name) => !OPTIONAL[role].includes(name));
const SERVER_VARIABLES = ['TABLE_NAME', ...variablesOf(GuardVariable, 'Server')];
const BROKER_VARIABLES = variablesOf(BrokerVariable, 'Broker');

/** Any answer shows that the broker does not start. */
const ANY_DOCUMENT = 'GET /.well-known/oauth-protected-resource';

/** Without them the broker starts all the same, and does something else. */
const MAY_BE_EMPTY: readonly string[] = [BrokerVariable.scopePrefix, BrokerVariable.machineClients];

const EVERYTHING: Look = {
  probes: async (stack) => [...(await routeProbes(stack)), ...machineProbes(stack)],
  demonstration: true,
};

const DEMONSTRATION: Look = { probes: async () => [], demonstration: true };
const only = (route: string): Look => ({ probes: (stack) => routeProbe(stack, route) });

let notes: Assembly;
let port: number;

beforeAll(async () => {
  notes = await synthesised();
  port = await freePort(4340);
}, 60_000);
afterAll(() => notes?.remove());

async function faultAfter(mutation: Mutation, look = EVERYTHING, assembly = notes): Promise<string | undefined> {
  const changed = mutated(assembly, mutation);
  try {
    return await faultOf(changed, port, look);
  } finally {
    changed.remove();
  }
}

test('nothing is changed: everything holds', async () => {
  expect(await faultOf(notes, port, EVERYTHING)).toBeUndefined();
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
  for (const role of ['Broker', 'Server'] as const) {
    const actions = grantsStatements(notes.resources, role).flatMap(({ Action }: { Action: unknown }) => Action);
    expect(actions).toEqual(GRANTS_ACTIONS[role]);
  }
});

/** Without it calls are answered all the same, and not traced: test/e2e/traces.test.ts notices. */
const UNSEEN: readonly string[] = [GuardVariable.tracing];

test.each(SERVER_VARIABLES.filter((name) => !UNSEEN.includes(name)))(
  '%s of the server, renamed, is noticed',
  async (name) => {
    expect(await faultAfter(renameVariable('Server', name))).toBeDefined();
  },
);

test.each(BROKER_VARIABLES)('%s of the broker, renamed, is noticed', async (name) => {
  const renamed = renameVariable('Broker', name);
  if (MAY_BE_EMPTY.includes(name)) expect(await faultAfter(renamed)).toMatch(/✗|answers 401/);
  else expect(await faultAfter(renamed, only(ANY_DOCUMENT))).toContain('answers 500');
});

test.each(ROUTES)('without the route %s, that is noticed', async (key) => {
  expect(await faultAfter(dropRoute(key), only(key))).toContain('answers 404');
});

test.each(ROUTES)('without the permission for %s, that is noticed', async (key) => {
  expect(await faultAfter(dropPermission(key), only(key))).toContain('answers 500');
});

describe('T4 policies', () => {
  const ACTIONS = Object.entries(GRANTS_ACTIONS).flatMap(([role, actions]) =>
    actions.map((action) => [role as Role, action] as const),
  );

  test.each(ACTIONS)(
    'the %s without %s is noticed: it has no permission that it does not need',
    async (role, action) => {
      expect(await faultAfter(forbid(role, action), DEMONSTRATION)).toContain('✗');
    },
  );

  test.each(['Broker', 'Server'] as const)('the %s with permissions for another table is noticed', async (role) => {
    expect(await faultAfter(otherTable(role), DEMONSTRATION)).toContain('✗');
  });

  test('the guard with other leading keys than those of grants is noticed', async () => {
    expect(await faultAfter(otherLeadingKeys, DEMONSTRATION)).toContain('✗');
  });
});

test.each(Object.entries(SLIPS))('%s, and that is noticed', async (_name, mutation) => {
  expect(await faultAfter(mutation)).toBeDefined();
});

describe('what only some servers have', () => {
  const CHOSEN: Look = { probes: optionalProbes };
  let servers: Assembly;

  beforeAll(async () => {
    servers = await synthesised(TWO_SERVERS);
  }, 60_000);
  afterAll(() => servers?.remove());

  test('nothing is changed: everything holds', async () => {
    expect(await faultOf(servers, port, CHOSEN)).toBeUndefined();
    expect(await faultOf(servers, port, { probes: optionalRouteProbes })).toBeUndefined();
  });

  test.each([
    ['NeighbourServer', GuardVariable.allowedOrigins],
    ['FaultsBroker', BrokerVariable.branding],
    ['FaultsBroker', BrokerVariable.rememberConsent],
  ])('of %s %s, renamed, is noticed', async (of, name) => {
    expect(await faultAfter(renameVariable(of, name), CHOSEN, servers)).toBeDefined();
  });

  test("the broker's allowed origins are not missed: the CORS settings of an HTTP API replace what functions answer", async () => {
    const renamed = renameVariable('NeighbourBroker', BrokerVariable.allowedOrigins);
    expect(await faultAfter(renamed, CHOSEN, servers)).toBeUndefined();
  });

  test.each(REGISTRATION_ROUTES)('without the route %s, or the permission for it, that is noticed', async (key) => {
    const look = { probes: optionalRouteProbes };
    expect(await faultAfter(dropRoute(key), look, servers)).toContain('answers 404');
    expect(await faultAfter(dropPermission(key), look, servers)).toContain('answers 500');
  });
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
    ['a permission is missing', dropPermission('GET /oauth2/callback')],
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
