/**
 * Real clients, unchanged, against the notes example on the local platform. Each signs in by itself, with a scripted
 * browser in place of the one it opens, and calls a tool.
 *
 *   tsx test/clients/run.ts [--json] [--skip-missing] [--only <part of a client's name>]
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { inspectorRungs } from './inspector';
import { mcpRemoteRungs } from './mcp-remote';
import { pythonRungs } from './python-sdk';
import { rungTable } from './support/report';
import { climb, holds, type Row } from './support/rungs';
import { startClientStack } from './support/stack';

const PORT = 4700;

async function main(): Promise<number> {
  const { values } = parseArgs({
    options: { json: { type: 'boolean' }, 'skip-missing': { type: 'boolean' }, only: { type: 'string', default: '' } },
  });
  const scratch = mkdtempSync(join(tmpdir(), 'clients-'));
  const running = await startClientStack({ port: PORT, dynamic: true });
  const context = { ...running, scratch };
  const rows: Row[] = [];
  try {
    for (const rung of [...inspectorRungs(context), ...mcpRemoteRungs(context), ...pythonRungs(context)]) {
      if (!rung.client.toLowerCase().includes(values.only.toLowerCase())) continue;
      rows.push(await climb(rung));
      if (!values.json) process.stderr.write('.');
    }
  } finally {
    await running.stop();
    rmSync(scratch, { recursive: true, force: true });
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
