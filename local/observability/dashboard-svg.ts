/**
 * A dashboard of a template as a picture, with the values that log lines gave: what someone would see in CloudWatch, as
 * far as the numbers are known here.
 */
import type { MetricStore } from './metric-store';

export interface Widget {
  readonly type: string;
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
  readonly properties: {
    readonly title?: string;
    readonly metrics?: readonly (readonly unknown[])[];
    readonly stat?: string;
    readonly stacked?: boolean;
    readonly alarms?: readonly string[];
    readonly query?: string;
  };
}

export interface Shown {
  readonly store: MetricStore;
  /** Milliseconds since the epoch. */
  readonly from: number;
  readonly to: number;
  readonly periodMs: number;
  /** Rows of a log widget, the column names first. */
  readonly rows: (query: string) => readonly (readonly string[])[];
  /** Each alarm's name and whether it is on. */
  readonly alarms: (arn: string) => { readonly name: string; readonly on: boolean };
}

interface Line {
  readonly label: string;
  readonly values: readonly (number | undefined)[];
}

const COLUMN = 50;
const ROW = 42;
const GAP = 8;
const COLORS = ['#1f77b4', '#ff7f0e', '#2ca02c', '#d62728', '#9467bd', '#8c564b', '#e377c2', '#7f7f7f'];

export function dashboardSvg(widgets: readonly Widget[], shown: Shown, title: string): string {
  const width = 24 * COLUMN + GAP;
  const height = Math.max(...widgets.map(({ y, height: rows }) => y + rows)) * ROW + 40;
  const drawn = widgets.map((widget) => {
    const box = {
      x: widget.x * COLUMN + GAP,
      y: widget.y * ROW + 40,
      width: widget.width * COLUMN - GAP,
      height: widget.height * ROW - GAP,
    };
    return `<g transform="translate(${box.x},${box.y})">
<rect width="${box.width}" height="${box.height}" rx="4" fill="#fff" stroke="#d5dbdb"/>
<text x="10" y="18" font-weight="bold">${escaped(widget.properties.title ?? '')}</text>
${content(widget, shown, box.width, box.height)}</g>`;
  });
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" font-family="sans-serif" font-size="11" fill="#16191f">
<title>${escaped(title)}</title>
<rect width="${width}" height="${height}" fill="#f2f3f3"/>
<text x="${GAP}" y="24" font-size="14">${escaped(title)}</text>
${drawn.join('\n')}
</svg>
`;
}

function content(widget: Widget, shown: Shown, width: number, height: number): string {
  const { properties, type } = widget;
  if (type === 'alarm') return alarms(properties.alarms ?? [], shown);
  if (type === 'log') return table(shown.rows(properties.query ?? ''), width, height);
  const lines = linesOf(widget, shown);
  if (lines.some(({ values }) => values.some((value) => value !== undefined)))
    return graph(lines, properties.stacked === true, width, height);
  const byAws = JSON.stringify(properties.metrics).includes('"AWS/');
  return note(byAws ? 'written by AWS, not known here' : 'nothing happened');
}

function alarms(arns: readonly string[], shown: Shown): string {
  return arns
    .map((arn, index) => {
      const { name, on } = shown.alarms(arn);
      const [x, y] = [10 + (index % 6) * 195, 32 + Math.floor(index / 6) * 36];
      return `<rect x="${x}" y="${y}" width="185" height="28" rx="3" fill="${on ? '#fbe3e4' : '#e6f3e6'}" stroke="${on ? '#d13212' : '#1d8102'}"/>
<text x="${x + 8}" y="${y + 18}">${escaped(name)}: ${on ? 'in alarm' : 'OK'}</text>`;
    })
    .join('');
}

function linesOf({ properties }: Widget, shown: Shown): Line[] {
  return (properties.metrics ?? []).flatMap((row): Line[] => {
    const options = (typeof row.at(-1) === 'object' ? row.at(-1) : {}) as {
      label?: string;
      stat?: string;
      expression?: string;
    };
    if (options.expression !== undefined) return searched(options.expression, shown);
    const [namespace, name, ...rest] = row.filter((part) => typeof part === 'string');
    const dimensions = Object.fromEntries(
      rest.flatMap((part, index) => (index % 2 === 0 ? [[part, rest[index + 1]]] : [])),
    ) as Record<string, string>;
    const metric = { namespace: namespace ?? '', name: name ?? '', dimensions };
    const statistic = options.stat ?? properties.stat ?? 'Average';
    return [
      {
        label: options.label ?? metric.name,
        values: starts(shown).map((at) => shown.store.statistic(metric, statistic, at, shown.periodMs)),
      },
    ];
  });
}

/** `SEARCH('{namespace,dimension,dimension} dimension="value" MetricName="name"', 'statistic')` */
function searched(expression: string, shown: Shown): Line[] {
  const [, namespace = '', names = '', given = '', name = '', statistic = 'Sum'] =
    /\{([^,}]+),([^}]+)\} (.*?) ?MetricName="([^"]+)"', '(\w+)'/.exec(expression) ?? [];
  const dimensions = Object.fromEntries([...given.matchAll(/(\w+)="([^"]*)"/g)].map(([, key, value]) => [key, value]));
  return shown.store.search(namespace, name, names.split(','), dimensions).map((series) => ({
    label: Object.entries(series.dimensions)
      .filter(([key]) => !(key in dimensions))
      .map(([, value]) => value)
      .join(' '),
    values: starts(shown).map((at) => shown.store.statistic(series, statistic, at, shown.periodMs)),
  }));
}

function starts({ from, to, periodMs }: Shown): number[] {
  return Array.from({ length: Math.floor((to - from) / periodMs) }, (_, index) => from + index * periodMs);
}

function graph(lines: readonly Line[], stacked: boolean, width: number, height: number): string {
  const measured = lines.filter(({ values }) => values.some((value) => value !== undefined));
  const legend = Math.ceil(lines.length / 3) * 14;
  const area = { left: 44, top: 28, width: width - 56, height: height - 28 - legend - 14 };
  const layers = stacked ? stackedLines(measured) : measured;
  const most = Math.max(1e-9, ...layers.flatMap(({ values }) => values.map((value) => value ?? 0)));
  const x = (index: number, count: number) => area.left + (area.width * index) / Math.max(1, count - 1);
  const y = (value: number) => area.top + area.height * (1 - value / most);
  const axis = [0, 0.5, 1].map(
    (share) =>
      `<line x1="${area.left}" x2="${area.left + area.width}" y1="${y(share * most).toFixed(1)}" y2="${y(share * most).toFixed(1)}" stroke="#eaeded"/><text x="${area.left - 4}" y="${(y(share * most) + 4).toFixed(1)}" text-anchor="end" fill="#687078">${rounded(share * most)}</text>`,
  );
  const paths = layers.map(({ values }, index) => {
    const points = values.flatMap((value, at) =>
      value === undefined ? [] : [`${x(at, values.length).toFixed(1)},${y(value).toFixed(1)}`],
    );
    return `<polyline points="${points.join(' ')}" fill="none" stroke="${COLORS[index % COLORS.length]}" stroke-width="1.5"/>`;
  });
  const labels = measured.map(({ label }, index) => {
    const [lx, ly] = [10 + (index % 3) * (width / 3), height - legend + Math.floor(index / 3) * 14 + 4];
    return `<rect x="${lx}" y="${ly - 8}" width="8" height="8" fill="${COLORS[index % COLORS.length]}"/><text x="${lx + 12}" y="${ly}">${escaped(label.slice(0, 28))}</text>`;
  });
  return [...axis, ...paths, ...labels].join('\n');
}

function stackedLines(lines: readonly Line[]): Line[] {
  const below: number[] = [];
  return lines.map(({ label, values }) => ({
    label,
    values: values.map((value, index) => {
      below[index] = (below[index] ?? 0) + (value ?? 0);
      return below[index];
    }),
  }));
}

function table(rows: readonly (readonly string[])[], width: number, height: number): string {
  const columns = rows[0]?.length ?? 0;
  if (rows.length < 2) return note('no rows');
  const fits = Math.floor((height - 34) / 15);
  const letters = Math.max(4, Math.floor(width / columns / 6.2));
  return rows
    .slice(0, fits)
    .map((row, line) =>
      row
        .map(
          (cell, column) =>
            `<text x="${(10 + (column * (width - 20)) / columns).toFixed(0)}" y="${38 + line * 15}"${line === 0 ? ' fill="#687078"' : ''}>${escaped(cell.length > letters ? `${cell.slice(0, letters - 1)}…` : cell)}</text>`,
        )
        .join(''),
    )
    .join('\n');
}

function note(text: string): string {
  return `<text x="10" y="44" fill="#687078">${text}</text>`;
}

function rounded(value: number): string {
  return value >= 100 ? value.toFixed(0) : value >= 10 ? value.toFixed(1) : String(Number(value.toFixed(2)));
}

function escaped(text: string): string {
  return text.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;').replace(/"/g, '&quot;');
}
