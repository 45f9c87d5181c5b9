/** Alarms, dashboard and saved queries of a synthesised stack, held against what that very stack logs under traffic. */
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { SAVED_QUERIES, type SavedQuery } from '../../lib/observability/saved-queries';
import { addAccessLines } from '../../local/observability/access-metrics';
import { type AlarmProperties, holds, isAlarming } from '../../local/observability/alarm-state';
import { insights, type Row } from '../../local/observability/insights';
import { MetricStore } from '../../local/observability/metric-store';
import { readAssembly } from '../../local/template/assembly';
import { linkStacks, type Stack } from '../../local/template/stack';
import { post } from './support/http';
import { call, legacy } from './support/requests';
import { Forger } from './support/tokens';
import { startTwoServers, type TwoServers } from './support/two-servers';

jest.setTimeout(60_000);

const FIVE_MINUTES = 300_000;
const ENOUGH_REFUSALS = 105;
const ENOUGH_FAILURES = 25;
const MANY_DECLINED = 60;

let servers: TwoServers;
let template: Stack;
let lines: Record<SavedQuery['of'], string[]>;
let store: MetricStore;
/** The end of the period in which everything happened. */
let now: number;

const linesOf = (source: string) => readFileSync(join(servers.faults.logs, `${source}.log`), 'utf8').split('\n');

/** Logical id of the only resource of a type below `Faults` whose id has this in it. */
function idOf(type: string, part: string): string {
  const found = template.resources(type).filter(({ logicalId }) => new RegExp(`^Faults${part}`).test(logicalId));
  expect(found.map(({ logicalId }) => logicalId)).toHaveLength(1);
  return found[0]!.logicalId;
}

const property = <T>(logicalId: string, name: string) => template.property(logicalId, name) as T;

function alarms(): Map<string, AlarmProperties> {
  return new Map(
    template.resources('AWS::CloudWatch::Alarm').flatMap(({ logicalId, resource }) => {
      const [, name] = /^FaultsObservability(\w+?)Alarm/.exec(logicalId) ?? [];
      const names = Object.keys(resource.Properties ?? {});
      if (name === undefined) return [];
      return [[name, Object.fromEntries(names.map((each) => [each, property(logicalId, each)])) as never]];
    }),
  );
}

beforeAll(async () => {
  servers = await startTwoServers(4452);
  const [stack] = linkStacks(readAssembly(join(dirname(servers.faults.logs), 'cdk.out')).stacks);
  template = stack!;
  const token = await new Forger(servers.faults).user({ scope: `${servers.faults.resource}/use` });
  const send = (body: object, given: object = { token }) => post(servers.faults.mcpUrl, body, given);
  await send(call('echoes', { said: 'x' }));
  await send(call('echoes', { said: `ghp_${'a'.repeat(36)}` }));
  await send(call('echoes', { said: 'x' }), {});
  for (let sent = 0; sent < ENOUGH_FAILURES; sent++) await send(call('throws'));
  for (let sent = 0; sent < MANY_DECLINED; sent++) await send(call('declines'));
  for (let sent = 0; sent < ENOUGH_REFUSALS; sent++) await send(legacy(['admin/dump', {}]).body);
  for (let sent = 0; sent < 6; sent++) await send(call('dies'));
  const { clientId, clientSecret } = Object.values(servers.faults.machineClients)[0]!;
  const form = (fields: object) => ({ method: 'POST', body: new URLSearchParams({ ...fields }) });
  const machine = { grant_type: 'client_credentials', client_id: clientId, client_secret: clientSecret };
  await fetch(servers.faults.tokenEndpoint, form(machine));
  await fetch(servers.faults.tokenEndpoint, form({ ...machine, client_secret: 'wrong' }));
  await sleep(500);
  const [server, broker] = ['ServerFunction', 'BrokerFunction'].map((part) =>
    linesOf(idOf('AWS::Lambda::Function', part)),
  );
  const access = linesOf(idOf('AWS::ApiGatewayV2::Stage', 'EndpointStage'));
  lines = { server: server!, broker: broker!, access, authorizer: [] };
  store = new MetricStore();
  for (const line of [...lines.server, ...lines.broker]) store.addLine(line);
  addAccessLines(store, template, idOf('AWS::ApiGatewayV2::Stage', 'EndpointStage'), lines.access);
  now = Date.now() + 1000;
}, 90_000);
afterAll(() => servers?.stop());

describe('saved queries, run over real log lines', () => {
  const filled = (name: string, id: string) =>
    SAVED_QUERIES[name]!.lines.join(' | ').replace(/PUT THE \w+ ID HERE/, id);
  const run = (name: string, id = ''): Row[] => insights(filled(name, id), lines[SAVED_QUERIES[name]!.of]);
  const known = (rows: readonly Row[], field: string) => rows.filter((row) => row[field] !== undefined);

  test('O6 who called what', () => {
    const rows = run('who called what');
    const throwing = rows.find(({ name }) => name === 'throws');
    expect(throwing).toMatchObject({ calls: ENOUGH_FAILURES, method: 'tools/call', 'principal.kind': 'user' });
    expect(throwing?.['principal.id']).toBeDefined();
    expect(throwing?.bytes).toBeGreaterThan(100);
  });

  test('O5 top tools and top clients', () => {
    expect(run('top tools').slice(0, 2)).toMatchObject([
      { name: 'declines', calls: MANY_DECLINED },
      { name: 'throws', calls: ENOUGH_FAILURES },
    ]);
    expect(known(run('top tools'), 'p99')).not.toHaveLength(0);
    const [most] = run('top clients');
    expect(most).toMatchObject({ 'principal.kind': 'user', client: expect.any(String) });
    expect(Number(most?.calls)).toBeGreaterThanOrEqual(ENOUGH_FAILURES);
  });

  test('O6 who was refused at the endpoint, from where', () => {
    const rows = run('refused at the endpoint');
    expect(rows).toContainEqual(expect.objectContaining({ route: 'POST /mcp', status: '401', error: 'Unauthorized' }));
    expect(known(rows, 'sourceIp')).toHaveLength(rows.length);
  });

  test('O6 refusals, by reason', () => {
    expect(run('refusals')[0]).toMatchObject({ refusals: ENOUGH_REFUSALS, method: 'admin/dump' });
    expect(run('refusals')[0]?.reason).toBeDefined();
  });

  test('O6 what was declined, to whom', () => {
    expect(run('declined')).toMatchObject([{ calls: MANY_DECLINED, method: 'tools/call', name: 'declines' }]);
    expect(run('declined')[0]?.['principal.id']).toBeDefined();
  });

  test('O6 why one call was refused, by the id its caller was shown', () => {
    const refused = insights('filter decision = "refuse" | fields requestId | limit 1', lines.server)[0];
    const rows = run('why was this refused', String(refused?.requestId));
    expect(rows).toHaveLength(1);
    for (const field of ['time', 'client', 'method', 'decision', 'reason', 'status', 'durationMs']) {
      expect(known(rows, field)).toHaveLength(1);
    }
  });

  test('O6 everything of one trace', () => {
    const traced = insights('filter type = "error" | fields traceId | limit 1', lines.server)[0];
    const rows = run('everything of one trace', String(traced?.traceId));
    expect(new Set(rows.map(({ type }) => type))).toEqual(new Set(['audit', 'error']));
    expect(known(rows, 'fault.message')).not.toHaveLength(0);
  });

  test('O6 failures, slowest tools, sign-ins, requests that failed at the endpoint', () => {
    expect(known(run('failures'), 'fault.message').length).toBeGreaterThanOrEqual(ENOUGH_FAILURES);
    const slowest = run('slowest tools').find(({ name }) => name === 'throws');
    expect(slowest?.p99).toBeGreaterThanOrEqual(Number(slowest?.p50));
    expect(run('sign-ins and grants')).toEqual(
      expect.arrayContaining([expect.objectContaining({ event: 'machine_token', events: 1 })]),
    );
    const statuses = run('requests that failed at the endpoint').map(({ status }) => Number(status));
    expect(statuses).toEqual(expect.arrayContaining([401, 500]));
  });
});

describe('every metric', () => {
  interface Widget {
    readonly properties: { readonly title: string; readonly metrics?: readonly (readonly unknown[])[] };
  }

  test('O5 that the dashboard shows is written under traffic, or is one that AWS writes', () => {
    const body = property<string>(idOf('AWS::CloudWatch::Dashboard', 'Observability'), 'DashboardBody');
    const { widgets } = JSON.parse(body) as { widgets: Widget[] };
    const shown = widgets.flatMap(({ properties }) => (properties.metrics ?? []).flatMap(ownMetric));
    expect(shown.length).toBeGreaterThan(10);
    // Nothing asked for a credential here, and nobody replayed a grant.
    const silent = ['Withheld by Server', 'GrantReplays by Server', 'BrokerFailures by Server'];
    for (const metric of shown) expect([...store.names(), ...silent]).toContain(metric);
  });

  function ownMetric(row: readonly unknown[]): string[] {
    const [first, name] = row;
    if (first === 'cdk-mcp')
      return [
        `${name} by ${row.filter((_, index) => index >= 2 && index % 2 === 0 && typeof row[index] === 'string').join(', ')}`,
      ];
    const { expression = '' } = (first ?? {}) as { expression?: string };
    const [, dimensions, metric] = /\{cdk-mcp,([\w,]+)\} .*MetricName="(\w+)"/.exec(expression) ?? [];
    return metric === undefined ? [] : [`${metric} by ${dimensions?.replaceAll(',', ', ')}`];
  }
});

describe('alarms', () => {
  const on = (name: string, with_: MetricStore = store, at = now) => isAlarming(alarms().get(name)!, with_, at);

  test('O5 refusals and failures set off theirs, and a quiet time sets off none', () => {
    expect(on('Refusals')).toBe(true);
    for (const name of alarms().keys()) expect([name, on(name, store, now + 3 * FIVE_MINUTES)]).toEqual([name, false]);
    for (const name of ['Latency', 'BrokerFailures', 'GrantReplays', 'Memory', 'Throttles']) {
      expect([name, on(name)]).toEqual([name, false]);
    }
  });

  /** The same lines again, so much earlier or later. */
  function shifted(
    by: number,
    change: (line: string) => string = (line) => line,
    which: (line: string) => boolean = () => true,
  ): MetricStore {
    const moved = new MetricStore();
    for (const line of lines.server.filter((one) => one.includes('"_aws"') && which(one))) {
      const record = JSON.parse(change(line));
      for (const times of [0, 1, 2]) {
        const Timestamp = record._aws.Timestamp - by * times;
        moved.addLine(JSON.stringify({ ...record, _aws: { ...record._aws, Timestamp } }));
      }
    }
    return moved;
  }

  test('O5 failures that last set off the alarm for them, and with it the one that calls', () => {
    const lasting = shifted(FIVE_MINUTES);
    expect(on('Errors', lasting)).toBe(true);
    const composite = idOf('AWS::CloudWatch::CompositeAlarm', 'Observability');
    const rule = property<string>(composite, 'AlarmRule');
    const ids = new Map(
      template
        .resources('AWS::CloudWatch::Alarm')
        .map(({ logicalId }) => [template.reference(logicalId) as string, logicalId]),
    );
    const nameOf = (alarm: string) => /^FaultsObservability(\w+?)Alarm/.exec(ids.get(alarm) ?? '')?.[1];
    expect(holds(rule, (alarm) => on(nameOf(alarm) ?? alarm, lasting))).toBe(true);
    expect(holds(rule, () => false)).toBe(false);
  });

  test('O5 what a tool says no to sets off none, however often it is asked', () => {
    const refusing = (line: string) => line.includes('"name":"declines"');
    const asked = shifted(FIVE_MINUTES, undefined, refusing);
    const metric = {
      namespace: 'cdk-mcp',
      dimensions: { Server: alarms().get('GrantReplays')!.Dimensions![0]!.Value },
    };
    const sum = (name: string) => asked.statistic({ ...metric, name }, 'Sum', now - FIVE_MINUTES, FIVE_MINUTES);
    expect([sum('Calls'), sum('Declined'), sum('Errors')]).toEqual([MANY_DECLINED, MANY_DECLINED, 0]);
    for (const name of alarms().keys()) expect([name, on(name, asked)]).toEqual([name, false]);
    expect(insights('filter type = "error" and name = "declines"', lines.server)).toEqual([]);
    const failing = shifted(FIVE_MINUTES, undefined, (line) => line.includes('"name":"throws"'));
    expect(on('Errors', failing)).toBe(true);
  });

  test('O5 slow answers set off the alarm for them', () => {
    const slow = (line: string) => JSON.stringify({ ...JSON.parse(line), Latency: 6000 });
    expect(on('Latency', shifted(FIVE_MINUTES, slow))).toBe(true);
    expect(on('Latency', shifted(FIVE_MINUTES))).toBe(false);
  });

  // By traffic itself: test/e2e/alarms.test.ts.
  test('O5 what Lambda alone counts sets off the alarms on it', () => {
    for (const name of ['Throttles', 'BrokerThrottles']) {
      const alarm = alarms().get(name)!;
      const counted = new MetricStore();
      const metrics = alarm.Metrics?.flatMap(({ MetricStat }) => MetricStat?.Metric ?? []) ?? [
        { Namespace: alarm.Namespace!, MetricName: alarm.MetricName!, Dimensions: alarm.Dimensions },
      ];
      const [{ Namespace, MetricName, Dimensions = [] }] = metrics as [(typeof metrics)[0]];
      const dimensions = Object.fromEntries(Dimensions.map(({ Name, Value }) => [Name, Value]));
      counted.add({ namespace: Namespace, name: MetricName, dimensions }, now - 1000, 5);
      expect([name, on(name, counted)]).toEqual([name, true]);
    }
  });

  test('O5 more refusals than usual set off an alarm that no fixed threshold would', () => {
    const { Value: server } = alarms().get('GrantReplays')!.Dimensions![0]!;
    const metric = { namespace: 'cdk-mcp', name: 'Refusals', dimensions: { Server: server } };
    const usual = new MetricStore();
    for (let period = 4; period < 100; period++) usual.add(metric, now - period * FIVE_MINUTES, period % 3);
    const probing = new MetricStore();
    for (let period = 0; period < 100; period++) {
      probing.add(metric, now - period * FIVE_MINUTES - 1000, period < 3 ? 30 : period % 3);
    }
    expect(on('UnusualRefusals', usual)).toBe(false);
    expect(on('UnusualRefusals', probing)).toBe(true);
    expect(on('Refusals', probing)).toBe(false);
  });
});
