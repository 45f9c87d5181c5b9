import { appendFileSync, mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { auditRecordOf } from './functions/audit-lines';
import type { ReadSpan } from './traces/otlp';

/** The logs of a run: one file per function and stage, and the audit records of all in one place. */
export class LogBook {
  readonly auditLog: string;
  private readonly audit: string[] = [];
  private readonly listeners: ((line: string) => void)[] = [];
  private readonly traced: ((spans: ReadSpan[]) => void)[] = [];

  /** Begins with an empty folder. */
  constructor(readonly dir: string) {
    rmSync(dir, { recursive: true, force: true });
    mkdirSync(dir, { recursive: true });
    this.auditLog = join(dir, 'audit.log');
    appendFileSync(this.auditLog, '');
  }

  path(source: string): string {
    return join(this.dir, `${source}.log`);
  }

  /** Adds a line to the log of a function, stage or service. */
  write(source: string, line: string): void {
    appendFileSync(this.path(source), `${line}\n`);
    for (const listener of this.listeners) listener(line);
    const record = auditRecordOf(line);
    if (!record) return;
    this.audit.push(record);
    appendFileSync(this.auditLog, `${record}\n`);
  }

  /** Calls `listener` with each line of any log from now on. */
  onLine(listener: (line: string) => void): void {
    this.listeners.push(listener);
  }

  /** Adds spans of one call, a line for each. */
  writeSpans(spans: ReadSpan[]): void {
    appendFileSync(join(this.dir, 'spans.jsonl'), spans.map((span) => `${JSON.stringify(span)}\n`).join(''));
    for (const listener of this.traced) listener(spans);
  }

  /** Calls `listener` with the spans of each call from now on. */
  onTrace(listener: (spans: ReadSpan[]) => void): void {
    this.traced.push(listener);
  }

  /** The audit records so far, one JSON document each. */
  auditLines(): string[] {
    return [...this.audit];
  }
}
