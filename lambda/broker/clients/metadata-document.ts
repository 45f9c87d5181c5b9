/**
 * A client ID metadata document, as fetched from its address, becomes a client
 * (draft-ietf-oauth-client-id-metadata-document §4, RFC 7591 §2). The address itself was admitted before it was
 * fetched; see `client-id-url.ts`.
 */
import type { Client, ClientAuthentication } from './client';
import { readKeys } from './public-keys';
import { isRegistrableRedirect } from './registrable-redirect';

export type ReadClient =
  | { readonly ok: true; readonly client: Client }
  | { readonly ok: false; readonly problem: string };

type Document = Readonly<Record<string, unknown>>;
type Read<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly problem: string };

const REDIRECT_COUNT = 50;
const NAME_LENGTH = 200;

export function readMetadataDocument(clientId: string, body: unknown): ReadClient {
  if (typeof body !== 'object' || body === null || Array.isArray(body)) {
    return refused('the metadata document is no JSON object: serve one');
  }
  const document = body as Document;
  if (document.client_id !== clientId) {
    return refused('client_id in the metadata document is not its address: write the very same URL');
  }
  for (const name of ['client_secret', 'client_secret_expires_at']) {
    if (name in document) return refused(`the metadata document has '${name}': no secret can be shared in public`);
  }
  for (const [name, needed] of [
    ['grant_types', 'authorization_code'],
    ['response_types', 'code'],
  ] as const) {
    const values = document[name];
    if (values !== undefined && !(Array.isArray(values) && values.includes(needed))) {
      return refused(`${name} in the metadata document lacks '${needed}': add it, or leave the property out`);
    }
  }
  const { host } = new URL(clientId);
  const name = clientName(document, host);
  if (!name.ok) return name;
  const redirectUris = redirects(document.redirect_uris);
  if (!redirectUris.ok) return redirectUris;
  const authentication = authenticationOf(document, host);
  if (!authentication.ok) return authentication;
  return {
    ok: true,
    client: {
      id: clientId,
      kind: 'metadata-document',
      name: name.value,
      host,
      redirectUris: redirectUris.value,
      authentication: authentication.value,
    },
  };
}

function clientName({ client_name: name }: Document, host: string): Read<string> {
  if (name === undefined) return { ok: true, value: host };
  if (typeof name === 'string' && name !== '' && name.length <= NAME_LENGTH) return { ok: true, value: name };
  return refused(`client_name in the metadata document is no text of 1 to ${NAME_LENGTH} characters: shorten it`);
}

/**
 * One document serves many authorization servers, so addresses that this one does not take (a private-use scheme) are
 * left out rather than refused: what is not in the list is never matched.
 */
function redirects(uris: unknown): Read<readonly string[]> {
  if (!Array.isArray(uris) || uris.length === 0 || uris.length > REDIRECT_COUNT) {
    return refused(`redirect_uris in the metadata document is no list of 1 to ${REDIRECT_COUNT} addresses`);
  }
  const usable = uris.filter(isRegistrableRedirect);
  if (usable.length > 0) return { ok: true, value: usable };
  return refused('redirect_uris in the metadata document has none with https or http on a loopback address: add one');
}

/** Absent means a public client: RFC 7591's default is a shared secret, which nobody could have agreed on here. */
function authenticationOf(document: Document, host: string): Read<ClientAuthentication> {
  const method = document.token_endpoint_auth_method ?? 'none';
  if (method === 'none') return { ok: true, value: { method } };
  if (method !== 'private_key_jwt') {
    return refused("token_endpoint_auth_method in the metadata document is neither 'none' nor 'private_key_jwt'");
  }
  const { jwks, jwks_uri: jwksUri } = document;
  if ((jwks === undefined) === (jwksUri === undefined)) {
    return refused("private_key_jwt needs 'jwks' or 'jwks_uri' in the metadata document, and not both");
  }
  if (jwks !== undefined) {
    const read = readKeys(jwks);
    return read.ok ? { ok: true, value: { method, jwks: { keys: read.keys } } } : read;
  }
  if (!isKeyAddress(jwksUri, host)) {
    return refused(`jwks_uri in the metadata document is no https URL on '${host}': serve the keys beside it`);
  }
  return { ok: true, value: { method, jwksUri } };
}

/** On the host that was allowed, so that no document can send the broker to another. */
function isKeyAddress(address: unknown, host: string): address is string {
  if (typeof address !== 'string') return false;
  return (
    URL.canParse(address) &&
    new URL(address).href === address &&
    address.startsWith(`https://${host}/`) &&
    !address.includes('#')
  );
}

const refused = (problem: string): { readonly ok: false; readonly problem: string } => ({ ok: false, problem });
