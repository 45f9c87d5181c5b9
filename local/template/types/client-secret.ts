import { createHmac, randomBytes } from 'node:crypto';

/** Secrets are new in every run, and the same wherever one run asks for them. */
const RUN_KEY = randomBytes(32);

/** An app client's secret: as long as Cognito's, and of the same characters. */
export function clientSecret(seed: string): string {
  const bytes = createHmac('sha512', RUN_KEY).update(seed).digest();
  return BigInt(`0x${bytes.toString('hex')}`)
    .toString(36)
    .slice(0, 51);
}
