/** The picture of the dashboard shows the dashboard that is synthesised today. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { PICTURES, templateOf } from '../scripts/architecture/pictures';
import { text } from './lib/support';

jest.setTimeout(60_000);

const picture = readFileSync(join(__dirname, '../docs/dashboard.svg'), 'utf8');
const REDRAW = 'else: npx tsx scripts/dashboard.ts';

interface Widget {
  readonly properties: { readonly title: string; readonly alarms?: readonly string[] };
}

let widgets: readonly Widget[];
beforeAll(() => {
  const { Resources } = templateOf(PICTURES[0]!);
  const [dashboard] = Object.values(Resources).filter(({ Type }) => Type === 'AWS::CloudWatch::Dashboard');
  widgets = (JSON.parse(text(dashboard?.Properties?.DashboardBody)) as { widgets: Widget[] }).widgets;
});

test(`O5 it has today’s widgets (${REDRAW})`, () => {
  const drawn = [...picture.matchAll(/<text [^>]*font-weight="bold">([^<]*)</g)].map(([, title]) => title);
  expect(drawn.length).toBeGreaterThan(10);
  expect(drawn).toEqual(widgets.map(({ properties }) => properties.title));
});

test(`O5 it has today’s alarms (${REDRAW})`, () => {
  const drawn = [...picture.matchAll(/>(\w+): (?:OK|in alarm)</g)].map(([, name]) => name);
  const arns = widgets.flatMap(({ properties }) => properties.alarms ?? []);
  expect(drawn.length).toBeGreaterThan(8);
  expect(drawn).toEqual(arns.map((arn) => /Observability(\w+?)Alarm/.exec(arn)?.[1]));
});
