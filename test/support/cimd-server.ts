/**
 * An https server of client ID metadata documents with an authority of its own. It listens on loopback; what leads a
 * broker to it is `cimd-preload.cjs`, which stays outside the broker's bundle.
 */
import { generateKeyPairSync, type KeyObject, randomBytes, randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import type { RequestListener } from 'node:http';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SignJWT } from 'jose';
import { certificatesFor } from './certificate';

export interface CimdServer {
  readonly host: string;
  readonly port: number;
  /** PEM of the authority. */
  readonly authority: string;
  /** Variables with which a Node process finds the server under its public name. */
  readonly environment: Readonly<Record<string, string>>;
  /** Paths asked for, in order. */
  readonly requests: readonly string[];
  /** Serves a document at the path and returns its address: the `client_id`. */
  publish(path: string, metadata: object): string;
  /** As `publish`, for a client that signs with the server's key, published at `/jwks.json`. */
  publishSigning(path: string, metadata: object): string;
  /** An assertion of such a client (RFC 7523). */
  assertion(clientId: string, audience: string, claims?: Record<string, unknown>): Promise<string>;
  /** Answers every request from now on; `undefined`: the documents again. */
  answerWith(listener: RequestListener | undefined): void;
  close(): Promise<void>;
}

export const PRELOAD = join(__dirname, 'cimd-preload.cjs');

export async function startCimdServer(host = 'client.example.org'): Promise<CimdServer> {
  const { authority, certificate, key } = certificatesFor(host);
  const directory = mkdtempSync(join(tmpdir(), 'cimd-'));
  const authorityFile = join(directory, 'authority.pem');
  writeFileSync(authorityFile, authority);
  const signing = signingKey();
  const documents = new Map<string, unknown>([['/jwks.json', { keys: [signing.jwk] }]]);
  const requests: string[] = [];
  let answer: RequestListener | undefined;
  const server = createServer({ cert: certificate, key }, (request, response) => {
    const path = request.url ?? '';
    requests.push(path);
    if (answer !== undefined) return answer(request, response);
    const document = documents.get(path);
    response.writeHead(document === undefined ? 404 : 200, { 'Content-Type': 'application/json' });
    response.end(JSON.stringify(document ?? {}));
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  const { port } = server.address() as AddressInfo;

  const publish = (path: string, metadata: object): string => {
    const clientId = `https://${host}${path}`;
    documents.set(path, { client_id: clientId, token_endpoint_auth_method: 'none', ...metadata });
    return clientId;
  };
  return {
    host,
    port,
    authority,
    requests,
    environment: {
      NODE_OPTIONS: `--require ${PRELOAD}`,
      NODE_EXTRA_CA_CERTS: authorityFile,
      TEST_CIMD_HOST: host,
      TEST_CIMD_PORT: String(port),
    },
    publish,
    publishSigning: (path, metadata) =>
      publish(path, {
        token_endpoint_auth_method: 'private_key_jwt',
        jwks_uri: `https://${host}/jwks.json`,
        ...metadata,
      }),
    assertion: (clientId, audience, claims = {}) =>
      new SignJWT({ jti: randomUUID(), ...claims })
        .setProtectedHeader({ alg: 'ES256', kid: signing.jwk.kid })
        .setIssuer(clientId)
        .setSubject(clientId)
        .setAudience(audience)
        .setIssuedAt()
        .setExpirationTime('1m')
        .sign(signing.key),
    answerWith: (listener) => {
      answer = listener;
    },
    close: () =>
      new Promise((closed) => {
        rmSync(directory, { recursive: true, force: true });
        server.close(() => closed());
        server.closeAllConnections();
      }),
  };
}

function signingKey(): { readonly key: KeyObject; readonly jwk: { readonly kid: string } } {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const kid = randomBytes(8).toString('hex');
  return { key: privateKey, jwk: { ...publicKey.export({ format: 'jwk' }), kid, alg: 'ES256', use: 'sig' } as never };
}
