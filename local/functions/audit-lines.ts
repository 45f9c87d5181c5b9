export type LogRecord = Readonly<Record<string, unknown>>;

/**
 * The record in a line of a log, if there is one: a JSON line of its own, or the message of a line that Lambda's JSON
 * log format wrapped.
 */
export function recordOf(line: string): LogRecord | undefined {
  if (!line.startsWith('{')) return undefined;
  const record = parse(line);
  const message = typeof record?.message === 'string' ? parse(record.message) : record?.message;
  return typeof message === 'object' && message !== null ? (message as LogRecord) : record;
}

/** The audit record in a line of a log, if it is one. */
export function auditRecordOf(line: string): string | undefined {
  if (!line.startsWith('{')) return undefined;
  if (parse(line)?.type === 'audit') return line;
  const record = recordOf(line);
  return record?.type === 'audit' ? JSON.stringify(record) : undefined;
}

function parse(text: string): Record<string, unknown> | undefined {
  try {
    return JSON.parse(text) as Record<string, unknown>;
  } catch {
    return undefined;
  }
}
