/**
 * Handles and what is kept under them. A handle is 256 random bits that only its holder has; the table has its
 * hash, and secrets encrypted under a key derived from it (HKDF, RFC 5869). So a stolen table opens nothing,
 * and there is no key to manage.
 */
import { createCipheriv, createDecipheriv, createHash, hkdfSync, randomBytes, timingSafeEqual } from 'node:crypto';

/** What a handle is for; a key of one purpose opens nothing of another. */
export type Purpose = 'code' | 'refresh' | 'pkce';

const IV_BYTES = 12;
const TAG_BYTES = 16;

export function newHandle(): string {
  return randomBytes(32).toString('base64url');
}

export function hashOf(text: string): string {
  return createHash('sha256').update(text).digest('base64url');
}

/** A value that only the handle's holder can compute again. */
export function derive(handle: string, purpose: Purpose): string {
  return keyOf(handle, purpose).toString('base64url');
}

export function seal(handle: string, purpose: Purpose, secret: string): string {
  const iv = randomBytes(IV_BYTES);
  const cipher = createCipheriv('aes-256-gcm', keyOf(handle, purpose), iv);
  const sealed = Buffer.concat([cipher.update(secret, 'utf8'), cipher.final()]);
  return Buffer.concat([iv, cipher.getAuthTag(), sealed]).toString('base64url');
}

/** The secret; undefined: the handle is not the one it was sealed with, or the text was changed. */
export function unseal(handle: string, purpose: Purpose, text: string): string | undefined {
  const bytes = Buffer.from(text, 'base64url');
  if (bytes.length < IV_BYTES + TAG_BYTES) return undefined;
  const decipher = createDecipheriv('aes-256-gcm', keyOf(handle, purpose), bytes.subarray(0, IV_BYTES));
  decipher.setAuthTag(bytes.subarray(IV_BYTES, IV_BYTES + TAG_BYTES));
  try {
    return Buffer.concat([decipher.update(bytes.subarray(IV_BYTES + TAG_BYTES)), decipher.final()]).toString('utf8');
  } catch {
    return undefined;
  }
}

/** Compares without telling by its time how much is equal. */
export function sameText(a: string, b: string): boolean {
  const [left, right] = [createHash('sha256').update(a).digest(), createHash('sha256').update(b).digest()];
  return timingSafeEqual(left, right);
}

function keyOf(handle: string, purpose: Purpose): Buffer {
  return Buffer.from(hkdfSync('sha256', handle, '', `cdk-mcp ${purpose}`, 32));
}
