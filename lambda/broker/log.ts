/** What the broker did, a record each: who was let in, refused or shut out. No token, code, handle or address. */
import { Dimension, Metric } from '../../lib/private/contract';

export type BrokerEvent =
  | 'authorize_refused'
  | 'consent_shown'
  | 'consent_given'
  | 'consent_denied'
  | 'consent_remembered'
  | 'callback_refused'
  | 'sign_in_failed'
  | 'code_issued'
  | 'grant_opened'
  | 'grant_refreshed'
  | 'grant_replay'
  | 'grant_revoked'
  | 'token_refused'
  | 'token_unusable'
  | 'machine_token'
  | 'client_refused'
  | 'client_registered'
  | 'registration_refused'
  | 'provider_unavailable'
  | 'home_away'
  | 'failed';

export interface BrokerRecord {
  readonly type: 'broker';
  readonly time: string;
  readonly server: string;
  readonly requestId: string;
  readonly event: BrokerEvent;
  readonly client?: string;
  /** The user's `sub`. */
  readonly user?: string;
  readonly grant?: string;
  /** What is wrong, in the words of this code; never text that came with the request. */
  readonly reason?: string;
  readonly fault?: string;
}

export type BrokerDetails = Omit<BrokerRecord, 'type' | 'time' | 'server' | 'requestId' | 'event'>;
export type BrokerLog = (event: BrokerEvent, details?: BrokerDetails) => void;

export function stdoutLog(
  server: string,
  requestId: string,
  write = (line: string) => void process.stdout.write(line),
): BrokerLog {
  return (event, { fault, ...details } = {}) => {
    const record: BrokerRecord = {
      type: 'broker',
      time: new Date().toISOString(),
      server,
      requestId,
      event,
      ...details,
      fault: fault?.slice(0, 2_000),
    };
    write(`${JSON.stringify(withMetrics(record))}\n`);
  };
}

const FAILURES: ReadonlySet<BrokerEvent> = new Set(['failed', 'provider_unavailable', 'token_unusable']);

/** Events that someone on call wants counted carry their metric (CloudWatch embedded metric format). */
export function withMetrics(record: BrokerRecord): object {
  const name = metricOf(record.event);
  if (name === undefined) return record;
  const directive = { Namespace: Metric.namespace, Dimensions: [[Dimension.server]], Metrics: [{ Name: name }] };
  return {
    ...record,
    [Dimension.server]: record.server,
    [name]: 1,
    _aws: { Timestamp: Date.parse(record.time), CloudWatchMetrics: [directive] },
  };
}

function metricOf(event: BrokerEvent): string | undefined {
  if (FAILURES.has(event)) return Metric.brokerFailures;
  return event === 'grant_replay' ? Metric.grantReplays : undefined;
}

export function faultText(fault: unknown): string {
  return fault instanceof Error ? `${fault.name}: ${fault.message}` : String(fault);
}
