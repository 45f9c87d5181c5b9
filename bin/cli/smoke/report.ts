import { columns } from '../table';
import type { SmokeReport } from './smoke';

/** What was tried and what came of it, a line each. */
export function smokeTable({ url, client, checks }: SmokeReport): string {
  const rows = checks.map(({ check, passed, detail }) => [
    passed ? 'passed' : 'FAILED',
    printable(check),
    printable(detail),
  ]);
  return [`${url} by ${client}`, ...columns(rows).map((line) => `  ${line}`)].join('\n');
}

/** Names and errors come from the server: no control character of theirs reaches the terminal. */
function printable(text: string): string {
  return text.replace(/[^\P{C}]/gu, '?');
}
