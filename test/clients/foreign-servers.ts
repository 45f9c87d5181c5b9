/**
 * Servers that others wrote, unchanged, behind the guard's container: the reference server, which demands sessions, and
 * one of the Python SDK, with sessions and without. Honest clients call them, and the attack suite's tokens and requests
 * are sent to them.
 *
 *   tsx test/clients/foreign-servers.ts [--json] [--skip-missing] [--only <part of a server's name>]
 */
import { parseArgs } from 'node:util';
import { type Keys, makeKeys } from '../support/guard';
import { attacksOf } from './foreign/attacks';
import { callsOf } from './foreign/calls';
import { type Ground, groundOf } from './foreign/ground';
import { PROGRAMS, type Program } from './foreign/programs';
import { rungTable } from './support/report';
import { climb, holds, type Row } from './support/rungs';

async function rowsOf(program: Program, keys: Keys): Promise<Row[]> {
  const ends: (() => Promise<unknown>)[] = [];
  let ground: Promise<Ground> | undefined;
  const on = () => (ground ??= groundOf(program, keys, ends));
  const rows: Row[] = [];
  try {
    for (const rung of [...callsOf(program, on), ...attacksOf(program, on)]) rows.push(await climb(rung));
  } finally {
    for (const end of ends.reverse()) await end();
  }
  return rows;
}

async function main(): Promise<number> {
  const { values } = parseArgs({
    options: { json: { type: 'boolean' }, 'skip-missing': { type: 'boolean' }, only: { type: 'string', default: '' } },
  });
  const keys = await makeKeys();
  const rows: Row[] = [];
  for (const program of PROGRAMS) {
    if (program.server.toLowerCase().includes(values.only.toLowerCase())) rows.push(...(await rowsOf(program, keys)));
  }
  console.log(values.json ? JSON.stringify(rows, null, 2) : `\n${rungTable(rows)}`);
  return rows.length > 0 && holds(rows, values['skip-missing'] ?? false) ? 0 : 1;
}

main().then(
  (code) => process.exit(code),
  (error) => {
    console.error(error);
    process.exit(1);
  },
);
