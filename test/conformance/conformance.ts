/**
 * The official conformance suite's authorization server scenarios against the broker of a running stack, once for a
 * client with a metadata document and once for one that registers itself. The suite prints the address a person is to
 * visit; a scripted browser visits it.
 *
 *   tsx test/conformance/conformance.ts [--json]
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { table } from '../clients/support/report';
import { startClientStack } from '../clients/support/stack';
import { authorizationServerRows, type ConformanceRow, VERSION } from './authorization-server';

const PORT = 4740;

async function main(): Promise<number> {
  const { values } = parseArgs({ options: { json: { type: 'boolean' } } });
  const scratch = mkdtempSync(join(tmpdir(), 'conformance-'));
  const running = await startClientStack({ port: PORT, dynamic: true });
  let rows: ConformanceRow[];
  try {
    rows = await authorizationServerRows({ ...running, scratch });
  } finally {
    await running.stop();
    rmSync(scratch, { recursive: true, force: true });
  }
  console.log(values.json ? JSON.stringify({ version: VERSION, rows }, null, 2) : report(rows));
  return rows.every(({ status }) => status === 'SUCCESS' || status === 'INFO') ? 0 : 1;
}

function report(rows: readonly ConformanceRow[]): string {
  const lines = rows.map((row) => [row.scenario, row.client, row.check, row.status, row.message]);
  return `conformance ${VERSION}, authorization server\n${table(['scenario', 'client', 'check', 'status', ''], lines)}`;
}

main().then(
  (code) => process.exit(code),
  (error) => {
    console.error(error);
    process.exit(1);
  },
);
