import { showAudit } from './audit';
import { showDiscovery } from './discovery';
import { showGrant } from './grant';
import { showMachineClient } from './machine';
import { showRegistration } from './registration';
import { Report } from './report';
import type { DemonstrationStack } from './stack';
import { showUsers } from './users';

export interface DemonstrationOptions {
  write(line: string): void;
  /** Lines the functions have written so far; those that are no audit record are passed over. */
  auditLines(): string[];
}

/**
 * Uses a running stack as clients do, with the official SDK and nothing but the MCP URL and credentials, and
 * shows each step. True when every step held.
 */
export async function runDemonstration(stack: DemonstrationStack, options: DemonstrationOptions): Promise<boolean> {
  const report = new Report((line) => options.write(line));
  const since = new Date().toISOString();
  const issuer = await showDiscovery(stack, report);
  await showMachineClient(stack, issuer, report);
  const users = await showUsers(stack, issuer, report);
  await showRegistration(stack, issuer, report);
  await showGrant(stack, issuer, report);
  await showAudit(stack, users, since, () => options.auditLines(), report);
  return report.ok;
}
