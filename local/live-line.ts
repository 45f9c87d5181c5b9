import type { LogRecord } from './functions/audit-lines';

/** One audit record as a line on a terminal: when, what came of it, how long, who by which client, what, why not. */
export function liveLine(record: string, clients: ReadonlyMap<string, string>): string {
  const { time, decision, reason, outcome, status, durationMs, principal, client, method, name, requestId } =
    JSON.parse(record) as Partial<Record<string, string>> & { principal?: { kind: string; id: string } };
  const who = principal === undefined ? 'nobody' : `${principal.kind} ${named(principal.id, clients)}`;
  const by = client === undefined || client === principal?.id ? '' : ` by ${named(client, clients)}`;
  const what = [method, name].filter(Boolean).join(' ') || '–';
  const verdict = decision === 'refuse' ? `refused: ${reason}` : (outcome ?? '');
  const took = `${Number(durationMs).toFixed(1)} ms`.padStart(10);
  return `${time?.slice(11, 23)} ${status} ${took}  ${who}${by}  ${what}  ${verdict}  (${requestId})`;
}

/** One record of the broker: when, what happened, why, which client and user. */
export function brokerLine(record: LogRecord, clients: ReadonlyMap<string, string>): string {
  const { time, event, reason, fault, client, user, requestId } = record as Partial<Record<string, string>>;
  const why = reason ?? fault?.split('\n')[0];
  const whose = [
    client === undefined ? '' : `by ${named(client, clients)}`,
    user === undefined ? '' : `for user ${user}`,
  ];
  const what = [why === undefined ? event : `${event}: ${why}`, ...whose].filter(Boolean).join('  ');
  return `${time?.slice(11, 23)} broker  ${what}  (${requestId})`;
}

/** One line of an access log, of a request that neither guard nor broker wrote of. */
export function accessLine(record: LogRecord): string {
  const { time, status, latency, sourceIp, route, requestId, ...rest } = record as Partial<Record<string, string>>;
  const at = new Date(Date.parse(time?.replace(/^(\d+)\/(\w+)\/(\d+):/, '$1 $2 $3 ') ?? ''));
  const why = [rest.authorizerError, rest.integrationError, rest.error].find((text) => text && text !== '-');
  const took = `${latency} ms`.padStart(10);
  const verdict = `${Number(status) < 500 ? 'refused' : 'failed'} at the endpoint${why === undefined ? '' : `: ${why}`}`;
  return `${at.toISOString().slice(11, 23)} ${status} ${took}  ${sourceIp}  ${route}  ${verdict}  (${requestId})`;
}

/** An id that was made at random says nothing after its first letters. */
function named(id: string, clients: ReadonlyMap<string, string>): string {
  const name = clients.get(id) ?? id;
  return name.length > 24 ? `${name.slice(0, 12)}…` : name;
}
