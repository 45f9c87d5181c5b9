import { createHash, randomBytes } from 'node:crypto';

/** A secret that only the client keeps; the registration gets its hash, from which it cannot be had again. */
export function clientSecretText(): string {
  const secret = randomBytes(32).toString('base64url');
  const hash = createHash('sha256').update(secret).digest('hex');
  return `secret      ${secret}\nsecretHash  ${hash}\n\nGive the secret to the client, and the hash to ClientRegistration.preRegistered.`;
}
