/**
 * Which `client_id`s are addresses of metadata documents that this broker may fetch
 * (draft-ietf-oauth-client-id-metadata-document §3, narrowed where it may be).
 */

export type AdmittedClientId =
  | { readonly ok: true; readonly url: string; readonly host: string }
  | { readonly ok: false; readonly problem: string };

/** Ids are keys in a table and stand in logs; none in the field is near this. */
const LENGTH = 512;

/** Whether the id is of this kind at all; the ids of other kinds never begin so. */
export function isClientIdUrl(clientId: string): boolean {
  return clientId.startsWith('https://');
}

/**
 * Hosts are compared as written, port included, so one that was not named is never reached. Beyond the draft, a query
 * is refused: an allowed host that reflects one would vouch for any document.
 */
export function admitClientId(clientId: string, allowedHosts: readonly string[]): AdmittedClientId {
  if (clientId.length > LENGTH) return refused(`client_id is longer than ${LENGTH} characters: shorten its URL`);
  if (!isClientIdUrl(clientId)) return refused('client_id is no https URL: serve the metadata document by https');
  const url = URL.canParse(clientId) ? new URL(clientId) : undefined;
  // A parser resolves dot segments (`%2e` too), default ports, other spellings of hosts: none survives this comparison.
  if (url?.href !== clientId) {
    return refused('client_id is not a URL in its plain form: write it as browsers do, without dot segments');
  }
  if (url.username !== '' || url.password !== '') return refused('client_id has user information: leave it out');
  if (clientId.includes('#')) return refused('client_id has a fragment: leave it out');
  if (clientId.includes('?')) return refused('client_id has a query: leave it out');
  if (url.pathname === '/') return refused('client_id has no path: serve the metadata document at one');
  if (hidesDotSegment(url.pathname)) return refused('client_id has an encoded separator or dot segment: leave it out');
  if (!allowedHosts.includes(url.host)) return refused(`host '${url.host}' is not allowed: name it in allowedHosts`);
  return { ok: true, url: clientId, host: url.host };
}

/** Servers that decode a path before they resolve it would see what the comparison above did not. */
function hidesDotSegment(path: string): boolean {
  try {
    const decoded = decodeURIComponent(path);
    return /%/.test(decoded) || decoded.split(/[/\\]/).some((segment) => segment === '.' || segment === '..');
  } catch {
    return true;
  }
}

const refused = (problem: string): AdmittedClientId => ({ ok: false, problem });
