/**
 * One record per decision, for people who ask who called what and why it was refused. It holds no argument,
 * no token and no result. The same line carries the metrics (CloudWatch embedded metric format), so that a
 * call costs one line of log.
 */
import { describeFault } from './describe-fault';
import { withheldMetrics, withMetrics } from './metrics';
import type { Redactions } from './outputs/redact';
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
  /** Of an allowed request: what the server made of it. `declined`: an error that its caller may have asked for. */
  readonly outcome?: 'ok' | 'declined' | 'error' | 'aborted';
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

/** A tool that is neither listed nor called, because it asks for a credential. */
export interface WithheldRecord {
  readonly type: 'withheld';
  readonly time: string;
  readonly server: string;
  /** The tool, and the property with which it asks. */
  readonly name: string;
  readonly property: string;
}

export type LogRecord = AuditRecord | ErrorRecord | WithheldRecord;
export type Log = (record: LogRecord) => void;

/** Lines on standard output, past the console that Lambda wraps in a record of its own. */
export const stdoutLog: Log = (record) => {
  process.stdout.write(`${JSON.stringify(lineOf(record))}\n`);
};

function lineOf(record: LogRecord): object {
  switch (record.type) {
    case 'audit':
      return withMetrics(record);
    case 'error':
      return { ...record, fault: describeFault(record.fault) };
    case 'withheld':
      return withheldMetrics(record);
  }
}
