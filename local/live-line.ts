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

/** An id that was made at random says nothing after its first letters. */
function named(id: string, clients: ReadonlyMap<string, string>): string {
  const name = clients.get(id) ?? id;
  return name.length > 24 ? `${name.slice(0, 12)}…` : name;
}
