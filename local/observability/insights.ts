/**
 * So much of the query language of CloudWatch Logs Insights as the saved queries use: filter, fields, stats, sort and
 * limit (https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/CWL_QuerySyntax.html). What it does not know it
 * refuses, so that no query passes here that was not understood.
 */
import { statisticOf } from './metric-store';

export type Row = Readonly<Record<string, unknown>>;

/** Rows that a query finds among log lines; lines that are no JSON have no fields. */
export function insights(query: string, lines: readonly string[]): Row[] {
  const commands = query.split('|').map((command) => command.trim());
  return commands.reduce<Row[]>((rows, command) => run(command, rows), lines.flatMap(fieldsOf));
}

function run(command: string, rows: Row[]): Row[] {
  const [, name, rest = ''] = /^(\w+)\s+(.*)$/s.exec(command) ?? [];
  switch (name) {
    case 'filter':
      return filter(rest, rows);
    case 'fields':
      return rows.map((row) => Object.fromEntries(rest.split(/\s*,\s*/).map((field) => [field, row[field]])));
    case 'stats':
      return stats(rest, rows);
    case 'sort':
      return sort(rest, rows);
    case 'limit':
      return rows.slice(0, Number(rest));
    default:
      throw new Error(`the command '${command}' is not known here`);
  }
}

function filter(text: string, rows: Row[]): Row[] {
  const tests = text.split(/\s+and\s+/).map((condition) => {
    const [, field, operator, quoted, number] =
      /^([\w.@]+)\s*(=|!=|>=|<=|>|<)\s*(?:"([^"]*)"|(-?\d+(?:\.\d+)?))$/.exec(condition.trim()) ?? [];
    if (field === undefined) throw new Error(`the condition '${condition}' is not known here`);
    const wanted = quoted ?? Number(number);
    return (row: Row) => compare(row[field], operator as string, wanted);
  });
  return rows.filter((row) => tests.every((test) => test(row)));
}

function compare(value: unknown, operator: string, wanted: string | number): boolean {
  if (value === undefined) return false;
  const left = typeof wanted === 'number' ? Number(value) : String(value);
  switch (operator) {
    case '=':
      return left === wanted;
    case '!=':
      return left !== wanted;
    case '>=':
      return left >= wanted;
    case '<=':
      return left <= wanted;
    case '>':
      return left > wanted;
    default:
      return left < wanted;
  }
}

function stats(text: string, rows: Row[]): Row[] {
  const [functions = '', by = ''] = text.split(/\s+by\s+/);
  const groupedBy = by === '' ? [] : by.split(/\s*,\s*/);
  const columns = functions.split(/,\s*(?![^()]*\))/).map(column);
  const groups = new Map<string, Row[]>();
  for (const row of rows) {
    const key = JSON.stringify(groupedBy.map((field) => row[field]));
    groups.set(key, [...(groups.get(key) ?? []), row]);
  }
  return [...groups.values()].map((group) => ({
    ...Object.fromEntries(groupedBy.map((field) => [field, group[0]?.[field]])),
    ...Object.fromEntries(columns.map(({ name, of }) => [name, of(group)])),
  }));
}

function column(text: string): { name: string; of: (rows: readonly Row[]) => number | undefined } {
  const [, operation, argument = '', name] = /^(\w+)\(([^)]*)\)(?:\s+as\s+(\w+))?$/.exec(text.trim()) ?? [];
  const [field = '', percent] = argument.split(/\s*,\s*/);
  const numbers = (rows: readonly Row[]) => rows.map((row) => row[field]).filter((value) => typeof value === 'number');
  const named = name ?? text.trim();
  switch (operation) {
    case 'count':
      return { name: named, of: (rows) => rows.length };
    case 'sum':
      return { name: named, of: (rows) => statisticOf(numbers(rows), 'Sum') };
    case 'avg':
      return { name: named, of: (rows) => statisticOf(numbers(rows), 'Average') };
    case 'max':
      return { name: named, of: (rows) => statisticOf(numbers(rows), 'Maximum') };
    case 'pct':
      return { name: named, of: (rows) => statisticOf(numbers(rows), `p${percent}`) };
    default:
      throw new Error(`the function '${text}' is not known here`);
  }
}

function sort(text: string, rows: Row[]): Row[] {
  const [, field, order = 'asc'] = /^([\w.@]+)(?:\s+(asc|desc))?$/.exec(text.trim()) ?? [];
  if (field === undefined) throw new Error(`'sort ${text}' is not known here`);
  const sign = order === 'desc' ? -1 : 1;
  const rank = (a: unknown, b: unknown) => (a === b ? 0 : (a as string) < (b as string) ? -1 : 1);
  return [...rows].sort((a, b) => sign * rank(a[field], b[field]));
}

/** Nested fields by their path, as Logs Insights names them: `principal.id`. */
function fieldsOf(line: string): Row[] {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    return [];
  }
  const row: Record<string, unknown> = { '@message': line };
  const walk = (node: unknown, path: string) => {
    if (typeof node !== 'object' || node === null) row[path] = node;
    else for (const [name, member] of Object.entries(node)) walk(member, path === '' ? name : `${path}.${name}`);
  };
  walk(value, '');
  return [row];
}
