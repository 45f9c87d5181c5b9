/** A client's signed assertion in place of a secret (RFC 7523 §3), with the keys of its metadata document. */
import { createLocalJWKSet, type JSONWebKeySet, jwtVerify } from 'jose';
import type { Client, ClientAuthentication } from '../clients/client';
import type { Asker } from '../clients/metadata-documents';
import { ASSERTION_ALGORITHMS } from '../documents';
import { hashOf } from '../seal';
import type { Services } from '../services';

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
  try {
    const { payload } = await jwtVerify(assertion, createLocalJWKSet(jwks as JSONWebKeySet), {
      issuer: client.id,
      subject: client.id,
      audience: [config.issuer, `${config.issuer}/oauth2/token`],
      algorithms: ASSERTION_ALGORITHMS,
      requiredClaims: ['exp', 'jti'],
    });
    const expires = payload.exp ?? 0;
    if (expires > now() + MAX_AGE || typeof payload.jti !== 'string' || Array.isArray(payload.aud)) return false;
    // Used once: the mark lives as long as the assertion.
    return await table.put(
      `JTI#${hashOf(`${client.id} ${payload.jti}`)}`,
      { expires: expires + 60 },
      { ifAbsent: true },
    );
  } catch (error) {
    if (error instanceof Error && 'code' in error && String(error.code).startsWith('ERR_J')) return false;
    throw error;
  }
}
