/** The alarm on a server whose errors are its own word, held against what the guard writes of it. */
import { McpObservability } from 'cdk-mcp';
import type { AuditRecord } from '../../lambda/guard/audit';
import { withMetrics } from '../../lambda/guard/metrics';
import { type AlarmProperties, isAlarming } from '../../local/observability/alarm-state';
import { MetricStore } from '../../local/observability/metric-store';
import { anyContainer } from './hosting/fargate-support';
import { onlyResource, resourcesOf, templateOf, text } from './support';

const FIVE_MINUTES = 300_000;
const now = Date.parse('2026-11-22T12:00:00.000Z');

const template = templateOf({ hosting: anyContainer() });

function alarmOf(name: string, of = template): AlarmProperties {
  const [, resource] = resourcesOf(of, 'AWS::CloudWatch::Alarm').find(([id]) => id.includes(`${name}Alarm`)) ?? [];
  return resource?.Properties;
}

/** So many answers of each kind in each of three periods. */
function traffic(counts: Partial<Record<NonNullable<AuditRecord['outcome']>, number>>): MetricStore {
  const store = new MetricStore();
  for (const period of [0, 1, 2]) {
    for (const [outcome, count] of Object.entries(counts) as ['ok' | 'declined', number][]) {
      const time = new Date(now - period * FIVE_MINUTES - 1000).toISOString();
      const facts = { requestId: 'r', method: 'tools/call', name: 'a', status: 200, requestBytes: 1, responseBytes: 1 };
      const record = { type: 'audit', time, server: 'Test-Notes', decision: 'allow', outcome, durationMs: 1 } as const;
      for (let made = 0; made < count; made++) store.addLine(JSON.stringify(withMetrics({ ...record, ...facts })));
    }
  }
  return store;
}

test('O5 is on when the server answers mostly errors, and the one on failures is not', () => {
  const broken = traffic({ ok: 5, declined: 25 });
  expect(isAlarming(alarmOf('Declined'), broken, now)).toBe(true);
  expect(isAlarming(alarmOf('Errors'), broken, now)).toBe(false);
});

test.each([
  ['of a few calls', traffic({ declined: 15 })],
  ['beside more that go well', traffic({ ok: 40, declined: 25 })],
  ['where nothing was asked', new MetricStore()],
])('O5 it is off for errors %s', (_what, store) => {
  expect(isAlarming(alarmOf('Declined'), store, now)).toBe(false);
});

test('O5 it calls by itself, is no symptom of a service that fails, and undoes no deployment', () => {
  expect(alarmOf('Declined')).toMatchObject({ AlarmActions: [expect.anything()], OKActions: [expect.anything()] });
  expect(text(onlyResource(template, 'AWS::CloudWatch::CompositeAlarm').Properties.AlarmRule)).not.toMatch(/Declined/);
  const { Alarms } = onlyResource(template, 'AWS::ECS::Service').Properties.DeploymentConfiguration;
  expect(text(Alarms.AlarmNames)).toMatch(/ErrorsAlarm/);
  expect(text(Alarms.AlarmNames)).not.toMatch(/Declined/);
});

test('O5 its threshold is the one that is named, and a server made with serve() has none', () => {
  const observability = McpObservability.standard({ thresholds: { declinedPercent: 30 } });
  expect(alarmOf('Declined', templateOf({ hosting: anyContainer(), observability })).Threshold).toBe(30);
  expect(alarmOf('Declined', templateOf())).toBeUndefined();
});
