/** Alarms of a synthesised stack, set off by what callers do to it. */
import { DeleteTableCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { isAlarming } from '../../local/observability/alarm-state';
import type { Stack } from '../../local/template/stack';
import { until } from '../support/until';
import { alarmsOf, linesOf, measured, on, onlyStack } from './support/alarms';
import { post } from './support/http';
import { hostOf } from './support/providers';
import { call } from './support/requests';
import { connectWith } from './support/sessions';
import { Forger } from './support/tokens';
import { startTwoServers, type TwoServers } from './support/two-servers';

jest.setTimeout(60_000);

const FORGED = 105;

let servers: TwoServers;
let stack: Stack;
let token: string;

beforeAll(async () => {
  servers = await startTwoServers(4480);
  stack = onlyStack(servers.faults.logs);
  token = await new Forger(servers.faults).user({ scope: `${servers.faults.resource}/use` });
}, 90_000);
afterAll(() => servers?.stop());

const alarms = () => alarmsOf(stack, 'Faults');
const now = (add?: (line: string) => string[]) => measured(stack, servers.faults.logs, 'Faults', add);
/** Log lines come a moment after the answer. */
const goesOff = (name: string) => until(async () => on(alarms(), now()).includes(name));

const machine = () => Object.values(servers.faults.machineClients)[0]!;
const askForToken = (fields: Record<string, string>) =>
  fetch(servers.faults.tokenEndpoint, { method: 'POST', body: new URLSearchParams(fields) });
const askAsMachine = (secret: string) =>
  askForToken({ grant_type: 'client_credentials', client_id: machine().clientId, client_secret: secret });
const refresh = async (handle: string) => {
  const client = Object.keys(servers.faults.clients)[0]!;
  const answer = await askForToken({ grant_type: 'refresh_token', refresh_token: handle, client_id: client });
  return { status: answer.status, handle: ((await answer.json()) as { refresh_token?: string }).refresh_token ?? '' };
};

/** Someone signs in; the first refresh token. */
async function signIn(): Promise<string> {
  const { faults } = servers;
  const [clientId = '', { redirectUris }] = Object.entries(faults.clients)[0]!;
  const client = { clientId, redirectUris };
  const host = hostOf('v2 legacy', faults, { user: faults.users[0]!, client, withholdsRefresh: false });
  const session = await connectWith('v2 legacy', faults, host);
  await session.client.close();
  return host.tokens()?.refresh_token ?? '';
}

test('O5 discovery, a sign-in, calls, a wrong secret and a few forged tokens set off none', async () => {
  await signIn();
  for (let sent = 0; sent < 5; sent++) await post(servers.faults.mcpUrl, call('echoes', { said: 'x' }), { token });
  for (let sent = 0; sent < 5; sent++) await post(servers.faults.mcpUrl, call('echoes'), { token: 'a.b.c' });
  expect((await askAsMachine('wrong')).status).toBe(401);
  await until(async () =>
    linesOf(servers.faults.logs, stageOf()).some((line) => line.includes('oauth2/token","status":"401')),
  );
  expect(on(alarms(), now())).toEqual([]);
});

const stageOf = () =>
  stack.resources('AWS::ApiGatewayV2::Stage').find(({ logicalId }) => logicalId.startsWith('Faults'))!.logicalId;

test('O5 wrong secrets and forged tokens, which the guard never sees, set off the alarm for them alone', async () => {
  for (let sent = 0; sent < FORGED; sent++) {
    const forged = `${token.slice(0, -10)}${String(sent).padStart(10, 'x')}`;
    expect((await post(servers.faults.mcpUrl, call('echoes'), { token: forged })).status).toBe(401);
  }
  await goesOff('EndpointRefusals');
  expect(on(alarms(), now())).toEqual(['EndpointRefusals']);
});

test('O5 a refresh token that is older than the last one sets off GrantReplays', async () => {
  const first = await signIn();
  const second = await refresh(first);
  expect((await refresh(second.handle)).status).toBe(200);
  expect((await refresh(first)).status).toBe(400);
  await goesOff('GrantReplays');
  expect(on(alarms(), now())).not.toContain('BrokerFailures');
});

test('O5 a function that dies sets off ServerErrors', async () => {
  expect(on(alarms(), now())).not.toContain('ServerErrors');
  for (let sent = 0; sent < 6; sent++) await post(servers.faults.mcpUrl, call('dies'), { token });
  await goesOff('ServerErrors');
});

test('O5 slow answers that last set off Latency, and what the process uses Memory, where thresholds are low', async () => {
  for (let sent = 0; sent < 2; sent++) await post(servers.faults.mcpUrl, call('sleeps'), { token });
  const slow = { ...alarms().get('Latency')!, Threshold: 2_000 };
  const little = { ...alarms().get('Memory')!, Threshold: 30 };
  const periodMs = 300_000;
  // The same lines in this period and the two before it.
  const lasting = (line: string) => {
    if (!line.includes('"_aws"')) return [];
    const record = JSON.parse(line);
    return [0, 1, 2].map((times) =>
      JSON.stringify({ ...record, _aws: { ...record._aws, Timestamp: record._aws.Timestamp - periodMs * times } }),
    );
  };
  await until(async () => isAlarming(slow, now(lasting), Date.now() + 1000));
  expect(isAlarming(slow, now(), Date.now() + 1000)).toBe(false);
  expect(isAlarming(little, now(), Date.now() + 1000)).toBe(true);
  expect(on(alarms(), now(lasting))).not.toContain('Latency');
  expect(on(alarms(), now())).not.toContain('Memory');
});

test('O5 a broker whose table is gone sets off BrokerFailures', async () => {
  const handle = await signIn();
  const { region, tablesEndpoint: endpoint, grantsTable: TableName } = servers.faults;
  const dynamo = new DynamoDBClient({ endpoint, region, credentials: { accessKeyId: 'a', secretAccessKey: 'b' } });
  await dynamo.send(new DeleteTableCommand({ TableName }));
  dynamo.destroy();
  for (let sent = 0; sent < 3; sent++) expect((await refresh(handle)).status).toBeGreaterThanOrEqual(500);
  await goesOff('BrokerFailures');
});
