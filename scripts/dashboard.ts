/**
 * Draws `docs/dashboard.svg`: the synthesised dashboard of the example, with the values of a minute of traffic against
 * that very stack, here. `npx tsx scripts/dashboard.ts [--seconds 60] [--out FILE]`
 */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { accessLogGroup, addAccessLines } from '../local/observability/access-metrics';
import { type AlarmProperties, isAlarming } from '../local/observability/alarm-state';
import { dashboardSvg, type Widget } from '../local/observability/dashboard-svg';
import { insights } from '../local/observability/insights';
import { MetricStore } from '../local/observability/metric-store';
import { type RunningStack, start } from '../local/start';
import { readAssembly } from '../local/template/assembly';
import { linkStacks, type Stack } from '../local/template/stack';

const PERIODS = 60;
/** Tokens that someone tries at a time. */
const FORGED = 8;

const { values } = parseArgs({
  options: { seconds: { type: 'string' }, out: { type: 'string' }, port: { type: 'string' } },
});
const seconds = Number(values.seconds ?? 60);
const out = values.out ?? 'docs/dashboard.svg';
const port = Number(values.port ?? 3950);

async function main(): Promise<void> {
  const dir = '.local/dashboard';
  const running = await start({ port, dir, once: true, help: false, dynamic: false, preloadEnv: [] }, () => {});
  const from = Date.now();
  try {
    await traffic(running, from + seconds * 1000);
    await sleep(500);
  } finally {
    await running.close();
  }
  const to = Date.now();
  writeFileSync(out, draw(join(dir, 'cdk.out'), running.stack.logs, from, to));
  console.log(`${out}: ${PERIODS} periods of ${((to - from) / PERIODS / 1000).toFixed(1)} s`);
}

/** Two machine clients that work, and a few requests of each kind that goes wrong. */
async function traffic({ stack }: RunningStack, until: number): Promise<void> {
  const callers = await Promise.all(
    Object.values(stack.machineClients).map(async ({ clientId, clientSecret, scopes }) => {
      const form = { grant_type: 'client_credentials', client_id: clientId, client_secret: clientSecret };
      const body = new URLSearchParams({ ...form, scope: scopes.join(' ') });
      const answer = await fetch(stack.tokenEndpoint, { method: 'POST', body });
      const { access_token: token } = (await answer.json()) as { access_token: string };
      return { token, writes: scopes.length > 1 };
    }),
  );
  const ask = (token: string | undefined, method: string, params: object = {}) =>
    fetch(stack.mcpUrl, {
      method: 'POST',
      headers: {
        'Content-Type': 'application/json',
        Accept: 'application/json, text/event-stream',
        'MCP-Protocol-Version': '2025-11-25',
        ...(token === undefined ? {} : { Authorization: `Bearer ${token}` }),
      },
      body: JSON.stringify({ jsonrpc: '2.0', id: 1, method, params }),
    }).then((response) => response.text());
  const call = (token: string, name: string, args: object = {}) => ask(token, 'tools/call', { name, arguments: args });
  for (let round = 0; Date.now() < until; round++) {
    const busy = 1 + Math.round(2 + 2 * Math.sin(round / 9));
    for (const { token, writes } of callers) {
      await ask(token, 'tools/list');
      for (let times = 0; times < busy; times++) await call(token, 'list_notes');
      await call(token, 'search_notes', { query: 'release' });
      if (writes) await call(token, 'add_note', { title: `Release ${round}`, text: `Notes of round ${round}` });
      else await call(token, 'add_note', { title: 'x', text: 'x' });
      if (round % 5 === 0) await call(token, 'delete_note', { id: 'x' });
      if (round % 7 === 0) await call(token, 'list_notes', { unknown: true });
      if (writes && round % 11 === 0) {
        await call(token, 'add_note', { title: 'Key', text: `AKIA${'IOSFODNN7EXAMPLE'}` });
        await call(token, 'search_notes', { query: 'AKIA' });
      }
    }
    if (round % 6 === 0) await ask(undefined, 'tools/list');
    for (let times = 0; times < FORGED && round % 10 === 5; times++) await ask('a.forged.token', 'tools/list');
    await sleep(700);
  }
}

function draw(outdir: string, logDir: string, from: number, to: number): string {
  const [stack] = linkStacks(readAssembly(outdir).stacks) as [Stack];
  const only = (type: string) => {
    const [found] = stack.resources(type);
    if (found === undefined) throw new Error(`the stack has no ${type}`);
    return found.logicalId;
  };
  const body = stack.property(only('AWS::CloudWatch::Dashboard'), 'DashboardBody') as string;
  const { widgets } = JSON.parse(body) as { widgets: Widget[] };
  // `audit.log` repeats what is in the others.
  const sources = readdirSync(logDir).filter((file) => file.endsWith('.log') && file !== 'audit.log');
  const logs = new Map(
    sources.map((file) => [file.replace(/\.log$/, ''), readFileSync(join(logDir, file), 'utf8').split('\n')]),
  );
  const stage = only('AWS::ApiGatewayV2::Stage');
  const store = new MetricStore();
  for (const line of [...logs.values()].flat()) store.addLine(line);
  addAccessLines(store, stack, stage, logs.get(stage) ?? []);
  const periodMs = (to - from) / PERIODS;
  return dashboardSvg(
    widgets,
    {
      store,
      from,
      to,
      periodMs,
      rows: (query) => rowsOf(query, stack, logs),
      alarms: (arn) => alarmOf(arn, stack, store, to),
    },
    `Notes: ${Math.round((to - from) / 1000)} seconds of local traffic, one point every ${(periodMs / 1000).toFixed(1)} seconds`,
  );
}

function rowsOf(query: string, stack: Stack, logs: ReadonlyMap<string, string[]>): string[][] {
  const [sources = '', ...commands] = query.split(/\s*\|\s*(?=\w)/);
  const groups = [...sources.matchAll(/'([^']+)'/g)].map(([, name]) => name);
  const lines = [...logs].flatMap(([source, text]) =>
    groups.some((group) => group === logGroupOf(source, stack)) ? text : [],
  );
  const rows = insights(commands.join(' | '), lines);
  const columns = Object.keys(rows[0] ?? {}).filter((name) => name !== '@message');
  return [columns, ...rows.map((row) => columns.map((column) => String(row[column] ?? '')))];
}

function logGroupOf(source: string, stack: Stack): string | undefined {
  const known = (type: string) => stack.resources(type).some(({ logicalId }) => logicalId === source);
  if (known('AWS::ApiGatewayV2::Stage')) return accessLogGroup(stack, source);
  return known('AWS::Lambda::Function')
    ? (stack.property(source, 'LoggingConfig') as { LogGroup?: string } | undefined)?.LogGroup
    : undefined;
}

function alarmOf(arn: string, stack: Stack, store: MetricStore, now: number): { name: string; on: boolean } {
  const found = stack
    .resources('AWS::CloudWatch::Alarm')
    .find(({ logicalId }) => stack.attribute(logicalId, 'Arn') === arn);
  if (found === undefined) return { name: arn, on: false };
  const names = Object.keys(found.resource.Properties ?? {});
  const alarm = Object.fromEntries(names.map((name) => [name, stack.property(found.logicalId, name)]));
  const name = /Observability(\w+?)Alarm/.exec(found.logicalId)?.[1] ?? found.logicalId;
  return { name, on: isAlarming(alarm as unknown as AlarmProperties, store, now) };
}

main().catch((error: unknown) => {
  console.error(error);
  process.exit(1);
});
