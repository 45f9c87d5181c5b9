/** The columns of an audit record that a reader wants first. */
export interface AuditRow {
  readonly time: string;
  readonly who: string;
  readonly client: string;
  readonly call: string;
  readonly decision: string;
  readonly reason: string;
}

export interface Names {
  /** Users by `sub`. */
  readonly users: ReadonlyMap<string, string>;
  /** Clients by id. */
  readonly clients: ReadonlyMap<string, string>;
}

const COLUMNS = ['who', 'client', 'call', 'decision', 'reason'] as const;

/** Rows of the audit records among log lines; what is not one, or older than `since`, is passed over. */
export function auditRows(lines: readonly string[], since: string, names: Names): readonly AuditRow[] {
  return lines.flatMap((line) => {
    const record = parse(line);
    if (record?.type !== 'audit' || String(record.time) < since) return [];
    const { kind, id } = (record.principal ?? {}) as { kind?: string; id?: string };
    const known = kind === 'machine' ? names.clients.get(String(id)) : names.users.get(String(id));
    return {
      time: String(record.time),
      who: id === undefined ? 'nobody' : `${known ?? id} (${kind})`,
      client: names.clients.get(String(record.client)) ?? String(record.client ?? '–'),
      call: [record.method, record.name].filter(Boolean).join(' ') || '–',
      decision: String(record.decision),
      reason: String(record.reason ?? ''),
    };
  });
}

/** A plain table; rows that repeat the one before are counted instead of shown. */
export function renderAuditTable(rows: readonly AuditRow[]): string {
  const lines: { cells: readonly string[]; times: number }[] = [];
  for (const row of rows) {
    const cells = COLUMNS.map((column) => row[column]);
    const last = lines.at(-1);
    if (last && last.cells.join('\0') === cells.join('\0')) last.times += 1;
    else lines.push({ cells, times: 1 });
  }
  const widths = COLUMNS.map((column, i) =>
    Math.max(column.length, ...lines.map(({ cells }) => cells[i]?.length ?? 0)),
  );
  const format = (cells: readonly string[]) => cells.map((cell, i) => cell.padEnd(widths[i] ?? 0)).join('  ');
  return [
    format(COLUMNS),
    widths.map((width) => '─'.repeat(width)).join('  '),
    ...lines.map(({ cells, times }) => `${format(cells)}${times > 1 ? ` ×${times}` : ''}`),
  ]
    .map((line) => line.trimEnd())
    .join('\n');
}

function parse(line: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(line);
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}
