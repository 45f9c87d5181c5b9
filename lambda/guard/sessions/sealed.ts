/**
 * Text that leaves the process and must come back as it was: AES-256-GCM, bound to a context. Every text has a salt of
 * its own, and its key and IV are derived from secret, salt and context (HKDF, RFC 5869); so one secret may seal any
 * number of texts, and a text opens in its own context alone.
 */
import { createCipheriv, createDecipheriv, createHash, hkdfSync, randomBytes } from 'node:crypto';

const SALT_BYTES = 16;
const KEY_BYTES = 32;
const IV_BYTES = 12;
const TAG_BYTES = 16;

export function seal(secret: Uint8Array, context: string, text: string): Buffer {
  const salt = randomBytes(SALT_BYTES);
  const { key, iv } = derived(secret, salt, context);
  const cipher = createCipheriv('aes-256-gcm', key, iv, { authTagLength: TAG_BYTES });
  return Buffer.concat([salt, cipher.update(text, 'utf8'), cipher.final(), cipher.getAuthTag()]);
}

/** Undefined: another secret, another context, or changed since. */
export function unseal(secret: Uint8Array, context: string, sealed: Buffer): string | undefined {
  if (sealed.length < SALT_BYTES + TAG_BYTES) return undefined;
  const { key, iv } = derived(secret, sealed.subarray(0, SALT_BYTES), context);
  const decipher = createDecipheriv('aes-256-gcm', key, iv, { authTagLength: TAG_BYTES });
  decipher.setAuthTag(sealed.subarray(-TAG_BYTES));
  try {
    const text = sealed.subarray(SALT_BYTES, -TAG_BYTES);
    return Buffer.concat([decipher.update(text), decipher.final()]).toString('utf8');
  } catch {
    return undefined;
  }
}

function derived(secret: Uint8Array, salt: Buffer, context: string) {
  // HKDF takes at most 1,024 bytes of info, and a context may be longer.
  const bytes = Buffer.from(
    hkdfSync('sha256', secret, salt, createHash('sha256').update(context).digest(), KEY_BYTES + IV_BYTES),
  );
  return { key: bytes.subarray(0, KEY_BYTES), iv: bytes.subarray(KEY_BYTES) };
}
