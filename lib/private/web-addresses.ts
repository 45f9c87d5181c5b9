import { Token } from 'aws-cdk-lib';

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
  if (!isHttpsOrLoopback(url)) {
    return `redirect URI '${uri}' is neither https nor on this computer: use https, or http on localhost or 127.0.0.1`;
  }
  return undefined;
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
