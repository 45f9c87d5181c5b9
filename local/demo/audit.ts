import { setTimeout as sleep } from 'node:timers/promises';
import { type AuditRow, auditRows, renderAuditTable } from './audit-table';
import { NOTE } from './notes';
import { must, type Report } from './report';
import type { DemonstrationStack } from './stack';
import type { KnownUsers } from './users';

const PATIENCE_MS = 3000;
const QUIET_MS = 150;

/** The audit log of what just happened: every call with its decision. */
export async function showAudit(
  stack: DemonstrationStack,
  users: KnownUsers,
  since: string,
  auditLines: () => string[],
  report: Report,
): Promise<void> {
  const clients = new Map(
    [...Object.entries(stack.machineClients), ...Object.entries(stack.clients)].map(([name, c]) => [c.clientId, name]),
  );
  if (clients.size === 0) return report.note('(nobody could call anything, so there is nothing to audit)');
  await report.part('What the audit log says of it', async () => {
    let rows: readonly AuditRow[] = [];
    await report.step('one record for every decision, without arguments, tokens or results', async () => {
      const lines = await settled(auditLines);
      rows = auditRows(lines, since, { users, clients });
      must(rows.length > 0, 'there is none');
      must(!lines.some(tellsTooMuch), 'a line holds an argument or a token');
      return `${rows.length} records`;
    });
    report.note(renderAuditTable(rows));
  });
}

/** Header and payload of a JSON Web Token. Random identifiers may hold the same first letters by chance. */
const JWT = /eyJ[\w-]+\.eyJ/;

function tellsTooMuch(line: string): boolean {
  return JWT.test(line) || [NOTE.title, NOTE.text].some((text) => line.includes(text));
}

/** The lines once they stop coming: they are written by another process. */
async function settled(auditLines: () => string[]): Promise<string[]> {
  const deadline = Date.now() + PATIENCE_MS;
  let lines = auditLines();
  for (;;) {
    await sleep(QUIET_MS);
    const more = auditLines();
    if ((more.length === lines.length && more.length > 0) || Date.now() > deadline) return more;
    lines = more;
  }
}
