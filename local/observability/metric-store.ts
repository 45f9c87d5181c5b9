/**
 * What CloudWatch makes of log lines in its embedded metric format: values of metrics, by name and dimensions
 * (https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html).
 */

export interface MetricName {
  readonly namespace: string;
  readonly name: string;
  readonly dimensions: Readonly<Record<string, string>>;
}

interface Datum {
  /** Milliseconds since the epoch. */
  readonly at: number;
  readonly value: number;
}

export interface Series extends MetricName {
  readonly data: Datum[];
}

interface Directive {
  readonly Namespace: string;
  readonly Dimensions: readonly (readonly string[])[];
  readonly Metrics: readonly { readonly Name: string }[];
}

export class MetricStore {
  private readonly byKey = new Map<string, Series>();

  /** Takes what a log line measures; lines that measure nothing are passed over. */
  addLine(line: string): void {
    if (!line.includes('"_aws"')) return;
    const record = JSON.parse(line) as Record<string, unknown> & {
      _aws: { Timestamp: number; CloudWatchMetrics: readonly Directive[] };
    };
    for (const { Namespace, Dimensions, Metrics } of record._aws.CloudWatchMetrics) {
      for (const names of Dimensions) {
        const dimensions = Object.fromEntries(names.map((name) => [name, String(record[name])]));
        for (const { Name } of Metrics) {
          const value = record[Name];
          if (typeof value === 'number') {
            this.add({ namespace: Namespace, name: Name, dimensions }, record._aws.Timestamp, value);
          }
        }
      }
    }
  }

  add(metric: MetricName, at: number, value: number): void {
    const key = keyOf(metric);
    const series = this.byKey.get(key) ?? { ...metric, data: [] };
    series.data.push({ at, value });
    this.byKey.set(key, series);
  }

  /** One number for the period that begins at `from`; undefined where nothing was measured. */
  statistic(metric: MetricName, statistic: string, from: number, periodMs: number): number | undefined {
    const data = this.byKey.get(keyOf(metric))?.data ?? [];
    return statisticOf(
      data.filter(({ at }) => at >= from && at < from + periodMs).map(({ value }) => value),
      statistic,
    );
  }

  /** Every series of a name with these dimensions, whatever the values of those that are not given. */
  search(namespace: string, name: string, names: readonly string[], given: Readonly<Record<string, string>>): Series[] {
    return [...this.byKey.values()].filter(
      (series) =>
        series.namespace === namespace &&
        series.name === name &&
        Object.keys(series.dimensions).sort().join() === [...names].sort().join() &&
        Object.entries(given).every(([dimension, value]) => series.dimensions[dimension] === value),
    );
  }

  /** Names and dimensions of everything measured, as `name by dimension, dimension`. */
  names(): Set<string> {
    return new Set(
      [...this.byKey.values()].map(({ name, dimensions }) => `${name} by ${Object.keys(dimensions).join(', ')}`),
    );
  }
}

function keyOf({ namespace, name, dimensions }: MetricName): string {
  return JSON.stringify([namespace, name, Object.entries(dimensions).sort(([a], [b]) => (a < b ? -1 : 1))]);
}

/** `Sum`, `Average`, `Maximum`, `Minimum`, `SampleCount`, or a percentile such as `p99`. */
export function statisticOf(values: readonly number[], statistic: string): number | undefined {
  if (values.length === 0) return undefined;
  const percentile = /^p(\d+(?:\.\d+)?)$/.exec(statistic)?.[1];
  if (percentile !== undefined) {
    const sorted = [...values].sort((a, b) => a - b);
    return sorted[Math.min(sorted.length - 1, Math.max(0, Math.ceil((Number(percentile) / 100) * sorted.length) - 1))];
  }
  const sum = values.reduce((total, value) => total + value, 0);
  switch (statistic) {
    case 'Sum':
      return sum;
    case 'Average':
      return sum / values.length;
    case 'Maximum':
      return Math.max(...values);
    case 'Minimum':
      return Math.min(...values);
    case 'SampleCount':
      return values.length;
    default:
      throw new Error(`the statistic ${statistic} is not known here`);
  }
}
