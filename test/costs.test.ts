/** The sums of the page on hosting are those of its own prices, and of the page on cost. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const page = (name: string) => readFileSync(join(__dirname, '../docs', `${name}.md`), 'utf8');
const hosting = page('hosting');

/** The cells of rows that begin so, without the first. */
function row(text: string, begin: string): string[] {
  const found = text.split('\n').filter((line) => line.startsWith(`| ${begin}`));
  expect(found).toHaveLength(1);
  return (found[0] as string).split('|').slice(2, -1);
}

const number = (cell = '') => Number(/[\d.]+/.exec(cell.replaceAll('*', ''))?.[0] ?? 0);
const sum = (rows: readonly string[][], column: number) => rows.reduce((all, cells) => all + number(cells[column]), 0);

const HOURS = 730;
const IDLE = ['two tasks', 'internal load balancer', 'five interface', 'gateway endpoints', 'alarms of scaling'];
const MILLION = [
  'HTTP API (',
  'Lambda, 1 GB',
  'tasks | paid',
  'load balancer: 10',
  'endpoints: 0.9',
  'logs: 1.29',
  'DynamoDB',
];
const rows = (begins: readonly string[]) => begins.map((begin) => row(hosting, begin));
const [made, own] = [3, 4].map((column) => sum(rows(IDLE), column)) as [number, number];

test('O1 what an idle service costs is the sum of its parts, which follow from their prices', () => {
  const together = row(hosting, '**together, without');
  expect([number(together[3]), number(together[4])]).toEqual([made, own].map((all) => Number(all.toFixed(2))));
  const [tasks, balancer, endpoints] = rows(IDLE).map((cells) => number(cells[3]));
  expect(tasks).toBeCloseTo(2 * (0.5 * 0.03238 + 0.00356) * HOURS, 1);
  expect(balancer).toBeCloseTo(0.0225 * HOURS, 1);
  expect(endpoints).toBeCloseTo(5 * 2 * 0.01 * HOURS, 1);
});

test('O1 a million calls cost the sum of their parts, on Lambda what the page on cost says', () => {
  const [, , lambda, fargate] = row(hosting, '**together** | | | **1');
  expect(number(lambda)).toBeCloseTo(sum(rows(MILLION), 2), 5);
  expect(number(fargate)).toBeCloseTo(sum(rows(MILLION), 3), 5);
  const [, together = ''] = /\| \*\*together\*\* \| \| \*\*([\d.]+)\*\*/.exec(page('cost')) ?? [];
  expect(number(lambda)).toBe(Number(together));
});

test.each([
  ['5 ms', 0.005],
  ['50 ms', 0.05],
  ['1 s', 1],
])('O1 from when on Fargate pays follows from both: calls of %s', (name, seconds) => {
  const cells = row(hosting, `${name} |`);
  const lambda = 0.2 + seconds * 13.3334;
  const fargate = 10 * 0.008 + 0.9 * 0.01;
  expect([number(cells[0]), number(cells[1])]).toEqual([lambda, fargate].map((one) => Number(one.toFixed(2))));
  for (const [idle, cell] of [
    [made, cells[2]],
    [own, cells[3]],
  ] as const) {
    const millions = idle / (lambda - fargate);
    const [said, aSecond] = [...(/([\d.]+) million, ([\d.]+) a second/.exec(cell ?? '') ?? [])].slice(1).map(Number);
    expect((said as number) / millions).toBeCloseTo(1, 2);
    expect(((aSecond as number) * HOURS * 3600) / 1e6 / millions).toBeCloseTo(1, 1);
  }
});
