import { createHash } from 'node:crypto';

const LOWER = 'abcdefghijklmnopqrstuvwxyz0123456789';
const MIXED = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';

/** Ids shaped like AWS's, always the same for the same stack and logical id, so logs and bookmarks stay valid. */
export function apiId(seed: string): string {
  return letters(seed, LOWER, 10);
}

/** Ids of routes, integrations, authorizers. */
export function shortId(seed: string): string {
  return letters(seed, LOWER, 7);
}

export function userPoolId(region: string, seed: string): string {
  return `${region}_${letters(seed, MIXED, 9)}`;
}

export function appClientId(seed: string): string {
  return letters(seed, LOWER, 26);
}

/** A generated name: stack, logical id, random part, as CloudFormation makes them. */
export function generatedName(stackName: string, logicalId: string, limit = 64): string {
  const suffix = `-${letters(`${stackName}/${logicalId}`, LOWER, 12)}`;
  return `${`${stackName}-${logicalId}`.slice(0, limit - suffix.length)}${suffix}`;
}

/** A UUID made of the seed, for ids that are one. */
export function uuid(seed: string): string {
  const hex = createHash('sha256').update(seed).digest('hex');
  return [hex.slice(0, 8), hex.slice(8, 12), `4${hex.slice(13, 16)}`, `8${hex.slice(17, 20)}`, hex.slice(20, 32)].join(
    '-',
  );
}

function letters(seed: string, alphabet: string, length: number): string {
  const bytes = createHash('sha512').update(seed).digest();
  return Array.from({ length }, (_, index) => alphabet[(bytes[index] as number) % alphabet.length]).join('');
}
