/** One row of the table: what is served at `deployed` in the account is served at `local` here. */
export interface OriginRow {
  readonly deployed: string;
  readonly local: string;
}

/**
 * Replaces every deployed origin in a value, at any depth, by its local one. A host without a scheme is replaced as
 * well: a user pool's `ProviderName` is one.
 */
export function toLocal<T>(value: T, table: readonly OriginRow[]): T {
  return map(value, table) as T;
}

function map(value: unknown, table: readonly OriginRow[]): unknown {
  if (typeof value === 'string') return table.reduce(replaceOrigin, value);
  if (Array.isArray(value)) return value.map((element) => map(element, table));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, map(member, table)]));
}

/** An origin ends where its host ends, so `https://a.example` is not found in `https://a.example.org`. */
function replaceOrigin(text: string, row: OriginRow): string {
  const origins = new RegExp(`${literal(row.deployed)}(?![\\w.:-])`, 'g');
  const hosts = new RegExp(`(?<![\\w.:/@-])${literal(host(row.deployed))}(?![\\w.:-])`, 'g');
  return text.replace(origins, row.local).replace(hosts, host(row.local));
}

function host(origin: string): string {
  return origin.slice(origin.indexOf('://') + 3);
}

function literal(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
}
