import { CliFailure } from '../failure';

/** How a provider's metadata is found: OpenID Connect Discovery, or RFC 8414 alone. */
export type MetadataType = 'oidc' | 'oauth';

/** An issuer as it was typed; plain http on this computer alone. */
export function checkedIssuer(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (!isSecure(text) || /[^!-~]|[?#\\]/.test(text) || url?.username !== '' || url.password !== '') {
    throw new CliFailure(
      `'${visible(text)}' is no issuer: write its https address without a query, as in https://id.example.com/oauth2/default`,
      2,
    );
  }
  return text;
}

/** OpenID appends its well-known path, RFC 8414 (§3.1) puts it before the issuer's. */
export function metadataAddress(issuer: string, type: MetadataType): string {
  if (type === 'oidc') return `${issuer.replace(/\/$/, '')}/.well-known/openid-configuration`;
  const { origin, pathname } = new URL(issuer);
  return `${origin}/.well-known/oauth-authorization-server${pathname.replace(/\/$/, '')}`;
}

export function isSecure(address: string): boolean {
  if (!URL.canParse(address)) return false;
  const { protocol } = new URL(address);
  return protocol === 'https:' || (protocol === 'http:' && isLoopback(address));
}

export function isLoopback(address: string): boolean {
  return ['localhost', '127.0.0.1', '[::1]'].includes(new URL(address).hostname);
}

/** What another wrote, for a terminal: one line of visible characters. */
export function visible(text: string): string {
  return text.replace(/[^\x20-\x7e]/g, '?').slice(0, 200);
}
