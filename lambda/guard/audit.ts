/**
 * One record per decision, for people who ask who called what and why it was refused. It holds no argument,
 * no token and no result. The same line carries the metrics (CloudWatch embedded metric format), so that a
 * call costs one line of log.
 */
import { withMetrics } from './metrics';
import type { Redactions } from './redact';
import type { Refusal } from './refusal';

export interface AuditRecord {
  readonly type: 'audit';
  readonly time: string;
  readonly server: string;
  /** Correlation id: that of the access log, and the error id on the wire. */
  readonly requestId: string;
  readonly traceId?: string;
  readonly principal?: { readonly kind: 'user' | 'machine'; readonly id: string };
  readonly client?: string;
  readonly method?: string;
  /** Tool, prompt or resource. */
  readonly name?: string;
  readonly decision: 'allow' | 'refuse';
  readonly reason?: Refusal['reason'] | 'batch_refused';
  /** Of an allowed request: what the server made of it. */
  readonly outcome?: 'ok' | 'error' | 'aborted';
  readonly status: number;
  readonly durationMs: number;
  readonly requestBytes: number;
  readonly responseBytes: number;
  readonly redactions?: Redactions;
}

/** What went wrong inside, under the id that the wire got. */
export interface ErrorRecord {
  readonly type: 'error';
  readonly time: string;
  readonly server: string;
  readonly requestId: string;
  readonly traceId?: string;
  readonly method?: string;
  readonly name?: string;
  readonly fault: unknown;
}

export type LogRecord = AuditRecord | ErrorRecord;
export type Log = (record: LogRecord) => void;

/** Lines on standard output, past the console that Lambda wraps in a record of its own. */
export const stdoutLog: Log = (record) => {
  const line = record.type === 'audit' ? withMetrics(record) : { ...record, fault: describe(record.fault) };
  process.stdout.write(`${JSON.stringify(line)}\n`);
};

/** Causes that are followed; an error may be its own. */
const MAX_CAUSES = 4;

/** An error as text that JSON can carry, whatever was thrown. */
function describe(fault: unknown, causes = MAX_CAUSES): unknown {
  if (fault instanceof Error) {
    const cause = fault.cause === undefined || causes === 0 ? undefined : describe(fault.cause, causes - 1);
    return { name: fault.name, message: fault.message, stack: fault.stack, cause };
  }
  try {
    return typeof fault === 'object' ? JSON.parse(JSON.stringify(fault)) : String(fault);
  } catch {
    return String(fault);
  }
}
