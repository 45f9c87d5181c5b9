/**
 * Whether an alarm of a template would be on: the rules of CloudWatch for periods and missing data, and so much of its
 * metric math as the alarms of this library use
 * (https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarm-evaluation.html).
 */
import type { MetricStore } from './metric-store';

/** Properties of `AWS::CloudWatch::Alarm`, resolved. */
export interface AlarmProperties {
  readonly ComparisonOperator: string;
  readonly EvaluationPeriods: number;
  readonly Threshold?: number;
  readonly ThresholdMetricId?: string;
  readonly TreatMissingData?: string;
  readonly Period?: number;
  readonly Namespace?: string;
  readonly MetricName?: string;
  readonly Dimensions?: readonly { readonly Name: string; readonly Value: string }[];
  readonly Statistic?: string;
  readonly ExtendedStatistic?: string;
  readonly Metrics?: readonly MetricData[];
}

interface MetricData {
  readonly Id: string;
  readonly Expression?: string;
  readonly Period?: number;
  readonly ReturnData?: boolean;
  readonly MetricStat?: {
    readonly Metric: {
      readonly Namespace: string;
      readonly MetricName: string;
      readonly Dimensions?: readonly { readonly Name: string; readonly Value: string }[];
    };
    readonly Period: number;
    readonly Stat: string;
  };
}

/** Values of one metric over the periods that are looked at, the last one last. */
type Values = readonly (number | undefined)[];

/** Whether the alarm is on at `now`; with anomaly detection, after what was usual in `history` periods. */
export function isAlarming(alarm: AlarmProperties, store: MetricStore, now: number, history = 100): boolean {
  const periodMs = periodOf(alarm) * 1000;
  const periods = alarm.EvaluationPeriods;
  const starts = (count: number) => Array.from({ length: count }, (_, index) => now - (count - index) * periodMs);
  if (alarm.ThresholdMetricId !== undefined) {
    const values = new Map(seriesOf(alarm, store, starts(history + periods), periodMs));
    const measured = [...values.values()][0] ?? [];
    const band = alarm.Metrics?.find(({ Id }) => Id === alarm.ThresholdMetricId)?.Expression ?? '';
    const upper = usualUpTo(measured.slice(0, -periods), Number(/,\s*(\d+)\)/.exec(band)?.[1]));
    return measured.slice(-periods).every((value) => value !== undefined && value > upper);
  }
  const values = new Map(seriesOf(alarm, store, starts(periods), periodMs));
  const returned = alarm.Metrics?.find(({ ReturnData }) => ReturnData !== false);
  const looked: Values =
    returned?.Expression === undefined
      ? ([...values.values()][0] ?? [])
      : starts(periods).map((_, index) => evaluated(returned.Expression as string, values, index));
  return looked.every((value) => (value === undefined ? missing(alarm) : breaches(alarm, value)));
}

/** Whether a composite alarm's rule holds: alarms joined by AND, OR, NOT and parentheses. */
export function holds(rule: string, isOn: (alarm: string) => boolean): boolean {
  const terms = rule
    .replace(/ALARM\("([^"]+)"\)/g, (_match, alarm: string) => String(isOn(alarm.split(':').at(-1) ?? alarm)))
    .replace(/\bAND\b/g, '&&')
    .replace(/\bOR\b/g, '||')
    .replace(/\bNOT\b/g, '!');
  if (!/^(?:true|false|&&|\|\||!|[()\s])+$/.test(terms)) throw new Error(`the rule ${rule} is not known here`);
  return new Function(`return (${terms});`)() === true;
}

function periodOf(alarm: AlarmProperties): number {
  const [first] = alarm.Metrics?.flatMap(({ Period, MetricStat }) => MetricStat?.Period ?? Period ?? []) ?? [];
  return alarm.Period ?? first ?? 300;
}

function seriesOf(
  alarm: AlarmProperties,
  store: MetricStore,
  starts: readonly number[],
  periodMs: number,
): [string, Values][] {
  const single = {
    Id: 'm',
    MetricStat: {
      Metric: {
        Namespace: alarm.Namespace ?? '',
        MetricName: alarm.MetricName ?? '',
        Dimensions: alarm.Dimensions ?? [],
      },
      Period: periodMs / 1000,
      Stat: alarm.Statistic ?? alarm.ExtendedStatistic ?? '',
    },
  };
  return (alarm.Metrics ?? [single]).flatMap(({ Id, MetricStat }): [string, Values][] => {
    if (MetricStat === undefined) return [];
    const { Namespace, MetricName, Dimensions = [] } = MetricStat.Metric;
    const dimensions = Object.fromEntries(Dimensions.map(({ Name, Value }) => [Name, Value]));
    const metric = { namespace: Namespace, name: MetricName, dimensions };
    return [[Id, starts.map((from) => store.statistic(metric, MetricStat.Stat, from, periodMs))]];
  });
}

/** Arithmetic, comparisons and `IF`; undefined where a value it needs was not measured. */
function evaluated(expression: string, values: ReadonlyMap<string, Values>, index: number): number | undefined {
  if (!/^[\w\s.,()+\-*/<>=]+$/.test(expression)) throw new Error(`the expression ${expression} is not known here`);
  const names = [...values.keys()];
  const at = names.map((name) => values.get(name)?.[index]);
  // A sum over what was measured: CloudWatch takes what is missing as no term where others are there.
  if (at.every((value) => value === undefined)) return undefined;
  const branch = (condition: boolean, yes: number, no: number) => (condition ? yes : no);
  const result = Number(
    new Function('IF', ...names, `return (${expression});`)(branch, ...at.map((value) => value ?? 0)),
  );
  return Number.isFinite(result) ? result : undefined;
}

function breaches({ ComparisonOperator, Threshold = 0 }: AlarmProperties, value: number): boolean {
  switch (ComparisonOperator) {
    case 'GreaterThanOrEqualToThreshold':
      return value >= Threshold;
    case 'GreaterThanThreshold':
      return value > Threshold;
    case 'LessThanThreshold':
      return value < Threshold;
    case 'LessThanOrEqualToThreshold':
      return value <= Threshold;
    default:
      throw new Error(`the comparison ${ComparisonOperator} is not known here`);
  }
}

function missing({ TreatMissingData }: AlarmProperties): boolean {
  return TreatMissingData === 'breaching';
}

/** A stand-in for what CloudWatch learns: the mean and so many standard deviations above it. */
function usualUpTo(values: Values, deviations: number): number {
  const known = values.filter((value) => value !== undefined);
  if (known.length === 0) return Number.POSITIVE_INFINITY;
  const mean = known.reduce((sum, value) => sum + value, 0) / known.length;
  const variance = known.reduce((sum, value) => sum + (value - mean) ** 2, 0) / known.length;
  return mean + deviations * Math.sqrt(variance);
}
