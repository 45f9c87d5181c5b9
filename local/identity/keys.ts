import { randomBytes } from 'node:crypto';
import { chmod, mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type CryptoKey, exportJWK, generateKeyPair, type JWK } from 'jose';

export interface SigningKey {
  readonly kid: string;
  readonly privateKey: CryptoKey;
  readonly publicJwk: JWK;
}

/** Cognito signs ID and access tokens of one pool with two different keys. */
export interface PoolKeys {
  readonly access: SigningKey;
  readonly id: SigningKey;
}

export async function createKeys(): Promise<PoolKeys> {
  const [id, access] = await Promise.all([createKey(), createKey()]);
  return { id, access };
}

async function createKey(): Promise<SigningKey> {
  const { privateKey, publicKey } = await generateKeyPair('RS256', { extractable: true });
  const kid = randomBytes(32).toString('base64');
  const { e, kty, n } = await exportJWK(publicKey);
  return { kid, privateKey, publicJwk: { alg: 'RS256', e, kid, kty, n, use: 'sig' } };
}

/** Writes the access token key where tests in another process find it; returns the file. */
export async function writeKey(folder: string, poolId: string, key: SigningKey): Promise<string> {
  const file = join(folder, `${poolId}.jwk.json`);
  await mkdir(folder, { recursive: true, mode: 0o700 });
  await chmod(folder, 0o700);
  await rm(file, { force: true });
  const jwk = { ...(await exportJWK(key.privateKey)), kid: key.kid, alg: 'RS256' };
  await writeFile(file, `${JSON.stringify(jwk)}\n`, { mode: 0o600, flag: 'wx' });
  return file;
}
