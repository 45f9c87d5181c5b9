/** The guard of a server in two regions: whose grants it believes, and where its sessions are. */

import type { Table } from '../../../lambda/guard/dynamodb';
import { exactCount } from '../../../lambda/guard/rate/exact-count';
import { sealKey } from '../../../lambda/guard/sessions/seal-key';
import { SessionStore } from '../../../lambda/guard/sessions/session-store';
import { stateTableOf } from '../../../lambda/guard/state-table';
import { grantsTable } from '../../../lambda/guard/tokens/grants-table';
import { regionalGrants } from '../../../lambda/guard/tokens/regional-grants';
import { grantRevocation, type ReadGrant } from '../../../lambda/guard/tokens/revocation';
import { CONFIG, USER } from '../../support/guard';
import { PRIMARY, regionsOf, SECOND } from '../../support/regions';
import { keyedTable, type ReplicatedTables, startReplicatedTables } from '../../support/replicated-tables';

const NOW = Date.parse('2026-11-22T00:00:00Z');
const user = { ...USER, claims: { origin_jti: 'origin-1' } };
const GRANT = { client: { S: 'client' }, expires: { N: String(NOW / 1000 + 3_600) } };

let tables: ReplicatedTables;
let table: { here: Table; there: Table };
let grants: { here: ReadGrant; there: ReadGrant };

const environmentIn = (region: string) => ({
  AWS_REGION: region,
  AWS_ACCESS_KEY_ID: 'test',
  AWS_SECRET_ACCESS_KEY: 'test',
  AWS_ENDPOINT_URL_DYNAMODB: tables.endpointOf(region),
});

beforeEach(async () => {
  tables = await startReplicatedTables([PRIMARY, SECOND], [keyedTable('state')]);
  tables.lag = Number.POSITIVE_INFINITY;
  const tableIn = (region: string) => {
    const config = { ...CONFIG, state: 'state', regions: regionsOf(region, tables) };
    return stateTableOf(config, environmentIn(region)) as Table;
  };
  const grantsIn = (region: string) => grantsTable('state', environmentIn(region), fetch, regionsOf(region, tables));
  table = { here: tableIn(PRIMARY), there: tableIn(SECOND) };
  grants = { here: grantsIn(PRIMARY), there: grantsIn(SECOND) };
});
afterEach(() => tables?.stop());

const write = (key: string, item: object) => table.here.put(key, item as never);

describe('a grant', () => {
  test('O2 that is not here yet is read once from the region that wrote it', async () => {
    await write('GRANT#origin-1', GRANT);
    expect(await grantRevocation(grants.there)(user, NOW)).toMatchObject({ ok: true, value: { client: 'client' } });
    expect(tables.asked(PRIMARY)).toContain('GetItem GRANT#origin-1');
  });

  test('O2 that is here is not asked for elsewhere', async () => {
    await write('GRANT#origin-1', GRANT);
    await tables.settle();
    tables.asked(PRIMARY);
    expect(await grantRevocation(grants.there)(user, NOW)).toMatchObject({ ok: true });
    expect(tables.asked(PRIMARY)).toEqual([]);
  });

  test('O2 A11 that is nowhere is refused, and not asked for with every request', async () => {
    for (let time = 0; time < 3; time++) {
      expect(await grantRevocation(grants.there)(user, NOW)).toMatchObject({ refusal: { reason: 'grant_revoked' } });
    }
    expect(tables.asked(PRIMARY).filter((asked) => asked === 'GetItem GRANT#origin-1')).toHaveLength(1);
  });

  test('O2 that a region which is away may have is neither accepted nor called revoked', async () => {
    tables.setAway(PRIMARY, true);
    expect(await grantRevocation(grants.there)(user, NOW)).toMatchObject({ refusal: { reason: 'grants_unavailable' } });
  });

  test('O2 that is here is accepted while the other region is away', async () => {
    await write('GRANT#origin-1', GRANT);
    await tables.settle();
    tables.setAway(PRIMARY, true);
    expect(await grantRevocation(grants.there)(user, NOW)).toMatchObject({ ok: true });
  });

  test('O2 A11 that was ended in one region is refused in the other, whatever is written to it later', async () => {
    await write('GRANT#origin-1', GRANT);
    await table.there.put('GRANT#ENDED#origin-1', { revoked: { N: '1' } });
    await tables.settle();
    await write('GRANT#origin-1', { ...GRANT, generation: { N: '2' } });
    await tables.settle();
    for (const read of [grants.here, grants.there]) {
      expect(await grantRevocation(read)(user, NOW)).toMatchObject({ refusal: { reason: 'grant_revoked' } });
    }
  });

  test('O2 A11 that was ended in one region is refused in the other within 60 seconds, its cache warm', async () => {
    await write('GRANT#origin-1', GRANT);
    await tables.settle();
    const check = grantRevocation(grants.there);
    expect(await check(user, NOW)).toMatchObject({ ok: true });
    await write('GRANT#ENDED#origin-1', { revoked: { N: '1' } });
    await tables.settle();
    expect(await check(user, NOW + 60_000)).toMatchObject({ refusal: { reason: 'grant_revoked' } });
  });

  test('O2 A11 that ended before it arrived is refused', async () => {
    await table.there.put('GRANT#ENDED#origin-1', { revoked: { N: '1' } });
    await write('GRANT#origin-1', GRANT);
    expect(await grantRevocation(grants.there)(user, NOW)).toMatchObject({ refusal: { reason: 'grant_revoked' } });
  });

  test('O2 A11 is believed ended where any other region says so', async () => {
    const alive = { client: 'client', expires: NOW, revoked: false };
    const read = regionalGrants(
      async () => undefined,
      [async () => alive, async () => ({ ...alive, revoked: true }), async () => Promise.reject(new Error('away'))],
    );
    expect(await read('origin-1')).toMatchObject({ revoked: true });
  });
});

describe('a session', () => {
  const STATE = { initialize: { protocolVersion: '2025-11-25' }, subscriptions: [] };
  const storeOf = (where: Table, region: string) => new SessionStore(where, 3_600, `.${region}`);

  test('O2 T2 begun in one region goes on in the other, and is gone in both when it ends', async () => {
    const [here, there] = [storeOf(table.here, PRIMARY), storeOf(table.there, SECOND)];
    const { id, stored } = await here.begin(USER, STATE, NOW);
    expect(id).toMatch(/^[\w-]{43}\.eu-central-1$/);
    expect(await there.find(id, USER, NOW)).toMatchObject({ state: STATE, version: 1 });
    expect(await there.end(stored.key)).toBe(true);
    expect(await here.find(id, USER, NOW)).toBeUndefined();
  });

  test('O2 T2 of another user is unknown in every region', async () => {
    const { id } = await storeOf(table.here, PRIMARY).begin(USER, STATE, NOW);
    expect(await storeOf(table.there, SECOND).find(id, { ...USER, id: 'user-2' }, NOW)).toBeUndefined();
  });

  test('O2 changes in two regions do not undo each other', async () => {
    const [here, there] = [storeOf(table.here, PRIMARY), storeOf(table.there, SECOND)];
    const { id, stored } = await here.begin(USER, STATE, NOW);
    expect(await there.save(id, stored, { ...STATE, logLevel: 'info' }, NOW)).toBe(true);
    expect(await here.save(id, stored, { ...STATE, logLevel: 'error' }, NOW)).toBe(false);
  });

  test('O2 goes on from the copy while its region is away, which is not waited for each time', async () => {
    const { id } = await storeOf(table.here, PRIMARY).begin(USER, STATE, NOW);
    await tables.settle();
    tables.setAway(PRIMARY, true);
    const there = storeOf(table.there, SECOND);
    expect(await there.find(id, USER, NOW)).toBeDefined();
    tables.setAway(PRIMARY, false);
    tables.asked(PRIMARY);
    expect(await there.find(id, USER, NOW)).toBeDefined();
    expect(tables.asked(PRIMARY)).toEqual([]);
  });
});

test('O2 all regions seal with one key, made in the primary', async () => {
  const [there, here] = [await sealKey(table.there, fail).load(), await sealKey(table.here, fail).load()];
  expect(there).toEqual(here);
  await tables.settle();
  tables.setAway(PRIMARY, true);
  expect(await sealKey(table.there, fail).load()).toEqual(here);
});

test('O2 no region makes a key of its own while the primary is away', async () => {
  tables.setAway(PRIMARY, true);
  await expect(sealKey(table.there, fail).load()).rejects.toThrow();
});

test('O2 each region counts calls for itself, and none loses what another counted', async () => {
  const rule = { calls: 2, seconds: 60, exact: true };
  const [here, there] = [exactCount(rule, table.here), exactCount(rule, table.there)];
  const counted = [];
  // The other region's write is the later one: of a shared item it would be what is left.
  for (const count of [here, here, there]) counted.push(await count('user-1', '', 1, NOW));
  await tables.settle();
  for (const count of [here, there, there]) counted.push(await count('user-1', '', 1, NOW));
  expect(counted).toEqual([true, true, true, false, true, false]);
});

function fail(): void {
  throw new Error('there is a table');
}
