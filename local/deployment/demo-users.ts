import { randomInt } from 'node:crypto';
import type { PoolConfig } from '../identity/config';

const SYLLABLES = ['ba', 'de', 'fi', 'go', 'ku', 'la', 'me', 'ni', 'po', 'ru', 'sa', 'te', 'vi', 'wo', 'xa', 'zu'];

/** Users are no part of a template: one is in every group, one in none. */
export function demoUsers(groups: readonly string[], byEmail: boolean): PoolConfig['users'] {
  return [demoUser('ada', groups, byEmail), demoUser('ben', [], byEmail)];
}

function demoUser(name: string, groups: readonly string[], byEmail: boolean): PoolConfig['users'][number] {
  const email = `${name}@example.com`;
  return { username: byEmail ? email : name, email, password: readablePassword(), groups };
}

/** Four words of three syllables (48 bits) and what password policies ask for; new in every run. */
export function readablePassword(): string {
  const word = () => Array.from({ length: 3 }, () => SYLLABLES[randomInt(SYLLABLES.length)]).join('');
  const [first, ...rest] = Array.from({ length: 4 }, word) as [string, ...string[]];
  return [`${first[0]?.toUpperCase()}${first.slice(1)}`, ...rest].join('-').concat(String(randomInt(10)));
}
