/** Metrics of one audit record, in the embedded metric format of CloudWatch: the log line is the measurement. */
import { Dimension, Metric } from '../../lib/private/contract';
import type { AuditRecord, WithheldRecord } from './audit';
import { takeReadings } from './readings';

/** Tools with a metric of their own; the names of a rule that ends in `*` are without number. */
const MAX_TOOLS = 100;
/** Memory is read no more often than this, in milliseconds. */
const MEMORY_EVERY_MS = 1_000;

/** Tools that have answered well: a caller cannot make metrics up by calling names. */
const tools = new Set<string>();
/** Streams last as long as they are wanted: their time says nothing of how fast the server is. */
const LASTING: ReadonlySet<string | undefined> = new Set(['GET', 'subscriptions/listen']);
let memory = { at: Number.NEGATIVE_INFINITY, megabytes: 0 };

export function withMetrics(record: AuditRecord): object {
  // That there is no room is a matter of how much is asked, by one caller or by all.
  const failed = record.outcome === 'error' || (record.status >= 500 && record.reason !== 'too_busy');
  const declined = record.outcome === 'declined';
  const refused = record.decision === 'refuse';
  const tool = toolOf(record);
  const readings = takeReadings();
  return {
    ...record,
    [Dimension.server]: record.server,
    [Dimension.reason]: refused ? record.reason : undefined,
    [Dimension.tool]: tool,
    [Metric.calls]: 1,
    [Metric.latency]: record.durationMs,
    [Metric.errors]: failed ? 1 : 0,
    [Metric.declined]: declined ? 1 : undefined,
    [Metric.refusals]: refused ? 1 : 0,
    [Metric.redactions]: sum(record.redactions),
    [Metric.memory]: megabytes(Date.parse(record.time)),
    ...readings,
    _aws: {
      Timestamp: Date.parse(record.time),
      CloudWatchMetrics: [
        directive([Dimension.server], LASTING.has(record.method) ? ALL_BUT_LATENCY : ALL),
        ...Object.keys(readings).map((name) =>
          directive([Dimension.server], [READINGS[name as keyof typeof READINGS]]),
        ),
        ...(declined ? [directive([Dimension.server], [{ Name: Metric.declined }])] : []),
        ...(refused ? [directive([Dimension.server, Dimension.reason], BY_REASON)] : []),
        ...(tool === undefined ? [] : [directive([Dimension.server, Dimension.tool], BY_TOOL)]),
      ],
    },
  };
}

export function withheldMetrics(record: WithheldRecord): object {
  return {
    ...record,
    [Dimension.server]: record.server,
    [Metric.withheld]: 1,
    _aws: {
      Timestamp: Date.parse(record.time),
      CloudWatchMetrics: [directive([Dimension.server], [{ Name: Metric.withheld }])],
    },
  };
}

interface MetricDefinition {
  readonly Name: string;
  readonly Unit?: 'Milliseconds' | 'Megabytes';
}

const LATENCY: MetricDefinition = { Name: Metric.latency, Unit: 'Milliseconds' };
const ERRORS: MetricDefinition = { Name: Metric.errors };
const REFUSALS: MetricDefinition = { Name: Metric.refusals };
const MEMORY: MetricDefinition = { Name: Metric.memory, Unit: 'Megabytes' };
const READINGS = {
  [Metric.tokensVerified]: { Name: Metric.tokensVerified },
  [Metric.eventLoopDelay]: { Name: Metric.eventLoopDelay, Unit: 'Milliseconds' },
} as const satisfies Record<string, MetricDefinition>;
const ALL: readonly MetricDefinition[] = [
  { Name: Metric.calls },
  LATENCY,
  ERRORS,
  REFUSALS,
  { Name: Metric.redactions },
  MEMORY,
];
const ALL_BUT_LATENCY = ALL.filter((metric) => metric !== LATENCY);
const BY_REASON: readonly MetricDefinition[] = [REFUSALS];
const BY_TOOL: readonly MetricDefinition[] = [LATENCY, ERRORS];

function directive(dimensions: readonly string[], metrics: readonly MetricDefinition[]): object {
  return { Namespace: Metric.namespace, Dimensions: [dimensions], Metrics: metrics };
}

function toolOf({ method, name, decision, outcome }: AuditRecord): string | undefined {
  if (method !== 'tools/call' || name === undefined || decision !== 'allow') return undefined;
  if (outcome === 'ok' && tools.size < MAX_TOOLS) tools.add(name);
  return tools.has(name) ? name : undefined;
}

function megabytes(now: number): number {
  if (now - memory.at >= MEMORY_EVERY_MS) {
    memory = { at: now, megabytes: Math.round(process.memoryUsage.rss() / 1024 / 1024) };
  }
  return memory.megabytes;
}

function sum(counts: Readonly<Record<string, number | undefined>> = {}): number {
  return Object.values(counts).reduce<number>((total, count) => total + (count ?? 0), 0);
}
