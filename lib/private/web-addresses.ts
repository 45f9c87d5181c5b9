import { Token } from 'aws-cdk-lib';

/** Visible ASCII, without the characters that browsers and parsers read differently. */
const PLAIN = /^[!#-;=?-[\]_a-z~%]{1,2000}$/i;

/** Labels of letters, digits and inner hyphens; the last one is a name, so that no address of numbers matches. */
const HOST_NAME =
  /^(?=.{4,253}$)(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+(?:[a-z]{2,63}|xn--[a-z0-9-]{0,58}[a-z0-9])$/;

/** Schemes of the web, and those that run, read or hand over something in the browser. */
const FOREIGN_SCHEMES = new Set([
  ...['http', 'https', 'ws', 'wss', 'ftp', 'javascript', 'vbscript', 'data', 'blob', 'file', 'filesystem', 'about'],
  ...[
    'mailto',
    'tel',
    'sms',
    'intent',
    'view-source',
    'chrome',
    'chrome-extension',
    'moz-extension',
    'resource',
    'jar',
  ],
]);

const LOOPBACK = new Set(['localhost', '127.0.0.1', '[::1]']);

/** Why a client cannot be sent back to this address, or `undefined` (OAuth 2.1 §2.3.1, RFC 8252 §7.3). */
export function redirectUriProblem(uri: string): string | undefined {
  if (Token.isUnresolved(uri)) return undefined;
  const url = parse(uri);
  if (!url)
    return `redirect URI '${uri}' is not an absolute URL: write it in full, as in 'https://app.example/callback'`;
  if (url.hash !== '' || uri.includes('#')) return `redirect URI '${uri}' has a fragment: remove '#' and what follows`;
  if (url.username !== '' || url.password !== '') return `redirect URI '${uri}' holds credentials: remove them`;
  if (uri.includes('*')) return `redirect URI '${uri}' has a '*', but it is compared exactly: list each address`;
  if (!PLAIN.test(uri)) return unplain(uri);
  if (!isHttpsOrLoopback(url)) {
    return `redirect URI '${uri}' is neither https nor on this computer: use https, or http on localhost or 127.0.0.1`;
  }
  return undefined;
}

/** Why a client cannot be sent back to this address with a scheme of its own, or `undefined` (RFC 8252 §7.1). */
export function privateUseUriProblem(uri: string): string | undefined {
  if (Token.isUnresolved(uri)) return undefined;
  const scheme = /^([a-z][a-z0-9+.-]*):./.exec(uri)?.[1];
  if (!scheme || !parse(uri)) {
    return `redirect URI '${uri}' has no scheme of its own: write it in full, as in 'com.example.app:/callback'`;
  }
  if (FOREIGN_SCHEMES.has(scheme)) {
    return `redirect URI '${uri}' has a scheme that browsers act on themselves: use one of the client's own, https goes into \`redirectUris\``;
  }
  if (uri.includes('#')) return `redirect URI '${uri}' has a fragment: remove '#' and what follows`;
  if (uri.includes('*')) return `redirect URI '${uri}' has a '*', but it is compared exactly: list each address`;
  return PLAIN.test(uri) ? undefined : unplain(uri);
}

/** Why this is not the name of a public host, as the end of a sentence, or `undefined`. */
export function hostNameProblem(host: string): string | undefined {
  return HOST_NAME.test(host)
    ? undefined
    : 'is not a host name: write it in lower case without scheme, port and path, and no address of numbers';
}

/** Why this is not the origin of a web page, or `undefined` (RFC 6454). */
export function originProblem(origin: string): string | undefined {
  if (Token.isUnresolved(origin)) return undefined;
  if (origin === '*') return "origin '*' would let every web page call the server: name the origins, or leave them out";
  const url = parse(origin);
  if (!url || url.origin !== origin) {
    return `'${origin}' is not an origin: write scheme, host and port in lower case without a path, as in 'https://app.example'`;
  }
  if (!isHttpsOrLoopback(url)) return `origin '${origin}' is not https: use https, or http on localhost or 127.0.0.1`;
  return undefined;
}

function parse(text: string): URL | undefined {
  try {
    return new URL(text);
  } catch {
    return undefined;
  }
}

function isHttpsOrLoopback(url: URL): boolean {
  return url.protocol === 'https:' || (url.protocol === 'http:' && LOOPBACK.has(url.hostname));
}

function unplain(uri: string): string {
  return `redirect URI '${uri}' has characters that programs read differently: percent-encode all but visible ASCII`;
}
