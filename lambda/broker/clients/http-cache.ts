/**
 * For how long a fetched document may be kept (RFC 9111 §4.2), as a cache that several users share. Only for complete
 * 200 responses that turned out valid: errors and malformed documents must not be kept at all
 * (draft-ietf-oauth-client-id-metadata-document §5.2).
 */
import type { IncomingHttpHeaders } from 'node:http';

/** A client's new keys or redirect URIs arrive within a day, whatever its server promised. */
export const CEILING = 24 * 60 * 60;

/** What says nothing, or less than this, is kept this long: one sign-in asks for it more than once. */
export const FLOOR = 60;

/** Seconds; 0: not at all. `now` in milliseconds. */
export function keepSeconds(headers: IncomingHttpHeaders, now: number): number {
  const directives = cacheControl(headers['cache-control']);
  if (['no-store', 'no-cache', 'private'].some((name) => directives.has(name))) return 0;
  if (headers.vary?.split(',').some((name) => name.trim() === '*')) return 0;
  const lifetime = freshness(directives, headers, now);
  if (lifetime === undefined) return FLOOR;
  const left = lifetime - (seconds(headers.age) ?? 0);
  return left <= 0 ? 0 : Math.min(Math.max(left, FLOOR), CEILING);
}

function freshness(directives: Map<string, string>, headers: IncomingHttpHeaders, now: number): number | undefined {
  for (const name of ['s-maxage', 'max-age']) {
    // What cannot be read is stale (§4.2.1).
    if (directives.has(name)) return seconds(directives.get(name)) ?? 0;
  }
  if (headers.expires === undefined) return undefined;
  const expires = Date.parse(headers.expires);
  const sent = Date.parse(headers.date ?? '');
  return Number.isNaN(expires) ? 0 : Math.floor((expires - (Number.isNaN(sent) ? now : sent)) / 1000);
}

/** Directives by name; of one that is given twice, the first counts (§4.2.1). */
function cacheControl(header: string | undefined): Map<string, string> {
  const directives = new Map<string, string>();
  for (const directive of header?.split(',') ?? []) {
    const [name = '', value = ''] = directive.split('=', 2).map((part) => part.trim());
    if (!directives.has(name.toLowerCase())) directives.set(name.toLowerCase(), value.replace(/^"(.*)"$/, '$1'));
  }
  return directives;
}

function seconds(text: string | undefined): number | undefined {
  return text !== undefined && /^\d{1,10}$/.test(text) ? Number(text) : undefined;
}
