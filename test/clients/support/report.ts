/** Rows as a table that people read. */
import type { Row } from './rungs';

const WIDEST = 100;

export function table(columns: readonly string[], rows: readonly (readonly string[])[]): string {
  const lines = [columns, ...rows].map((row) => row.map((cell) => shortened(cell.replace(/\s+/g, ' '))));
  const widths = columns.map((_, index) => Math.max(...lines.map((line) => line[index]?.length ?? 0)));
  const written = lines.map((line) =>
    line
      .map((cell, index) => cell.padEnd(widths[index] ?? 0))
      .join('  ')
      .trimEnd(),
  );
  const [head = '', ...rest] = written;
  return [head, widths.map((width) => '─'.repeat(width)).join('  '), ...rest].join('\n');
}

function shortened(text: string): string {
  return text.length <= WIDEST ? text : `${text.slice(0, WIDEST - 1)}…`;
}

export function rungTable(rows: readonly Row[]): string {
  return table(
    ['client', 'version', 'known by', 'what', 'outcome', 's', 'seen'],
    rows.map((row) => [
      ...[row.client, row.version, row.registration, row.what],
      ...[row.outcome, String(row.seconds), row.detail],
    ]),
  );
}
