/**
 * The audit record in a line of a function's log, if it is one: a JSON line of its own, or the message of a line
 * that Lambda's JSON log format wrapped.
 */
export function auditRecordOf(line: string): string | undefined {
  if (!line.startsWith('{')) return undefined;
  const record = parse(line);
  if (isAudit(record)) return line;
  const message = typeof record?.message === 'string' ? parse(record.message) : record?.message;
  return isAudit(message) ? JSON.stringify(message) : undefined;
}

function isAudit(value: unknown): boolean {
  return typeof value === 'object' && value !== null && (value as { type?: unknown }).type === 'audit';
}

function parse(text: string): Record<string, unknown> | undefined {
  try {
    return JSON.parse(text) as Record<string, unknown>;
  } catch {
    return undefined;
  }
}
