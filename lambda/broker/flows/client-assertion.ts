/** A client's signed assertion in place of a secret (RFC 7523 §3), with the keys of its metadata document. */
import { createLocalJWKSet, type JSONWebKeySet, type JWTPayload, jwtVerify } from 'jose';
import type { Client, ClientAuthentication } from '../clients/client';
import type { Asker } from '../clients/metadata-documents';
import { ASSERTION_ALGORITHMS } from '../documents';
import { hashOf } from '../seal';
import type { Services } from '../services';
import { primaryOf } from '../store/replicas';
import type { Table } from '../store/table';

export const ASSERTION_TYPE = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer';

/** Longest life of an assertion that is accepted, in seconds. */
const MAX_AGE = 300;

type PrivateKeyJwt = Extract<ClientAuthentication, { method: 'private_key_jwt' }>;

export async function assertsClient(
  assertion: string,
  client: Client,
  authentication: PrivateKeyJwt,
  asker: Asker,
  { config, documents, table, now }: Services,
): Promise<boolean> {
  const jwks = authentication.jwks ?? (authentication.jwksUri && (await documents.keys(authentication.jwksUri, asker)));
  if (!jwks) return false;
  const payload = await verified(assertion, jwks as JSONWebKeySet, client.id, config.issuer);
  if (payload === undefined) return false;
  const expires = payload.exp ?? 0;
  if (expires > now() + MAX_AGE || typeof payload.jti !== 'string' || Array.isArray(payload.aud)) return false;
  // Used once: the mark lives as long as the assertion. One region keeps all marks; while it is away each keeps its own.
  const mark = (place: Table) =>
    place.put(`JTI#${hashOf(`${client.id} ${payload.jti}`)}`, { expires: expires + 60 }, { ifAbsent: true });
  const primary = primaryOf(table);
  return primary === table ? mark(table) : mark(primary).catch(() => mark(table));
}

/** Whatever goes wrong here, a key that is none included, the assertion proves nothing. */
async function verified(
  assertion: string,
  jwks: JSONWebKeySet,
  client: string,
  issuer: string,
): Promise<JWTPayload | undefined> {
  try {
    const { payload } = await jwtVerify(assertion, createLocalJWKSet(jwks), {
      issuer: client,
      subject: client,
      audience: [issuer, `${issuer}/oauth2/token`],
      algorithms: ASSERTION_ALGORITHMS,
      requiredClaims: ['exp', 'jti'],
    });
    return payload;
  } catch {
    return undefined;
  }
}
