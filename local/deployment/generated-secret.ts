import { randomInt } from 'node:crypto';
import { LocalFailure } from '../failure';

/** As CloudFormation spells it. */
export interface GenerateSecretString {
  readonly ExcludeCharacters?: string;
  readonly ExcludeLowercase?: boolean;
  readonly ExcludeNumbers?: boolean;
  readonly ExcludePunctuation?: boolean;
  readonly ExcludeUppercase?: boolean;
  readonly GenerateStringKey?: string;
  readonly IncludeSpace?: boolean;
  readonly PasswordLength?: number;
  readonly RequireEachIncludedType?: boolean;
  readonly SecretStringTemplate?: string;
}

const DEFAULT_LENGTH = 32;
const LOWERCASE = 'abcdefghijklmnopqrstuvwxyz';
const NUMBERS = '0123456789';
const PUNCTUATION = '!"#$%&\'()*+,-./:;<=>?@[\\]^_`{|}~';

/** A random text, or the template's JSON object with one as a further member. */
export function generateSecretString(logicalId: string, rules: GenerateSecretString): string {
  const password = randomPassword(logicalId, rules);
  const { SecretStringTemplate: template, GenerateStringKey: key } = rules;
  if (template === undefined && key === undefined) return password;
  if (template === undefined || key === undefined) {
    throw new LocalFailure(`${logicalId} needs SecretStringTemplate and GenerateStringKey together: give both`);
  }
  return JSON.stringify({ ...(JSON.parse(template) as object), [key]: password });
}

function randomPassword(logicalId: string, rules: GenerateSecretString): string {
  const excluded = new Set(rules.ExcludeCharacters ?? '');
  const types = [
    isTrue(rules.ExcludeLowercase) ? '' : LOWERCASE,
    isTrue(rules.ExcludeUppercase) ? '' : LOWERCASE.toUpperCase(),
    isTrue(rules.ExcludeNumbers) ? '' : NUMBERS,
    isTrue(rules.ExcludePunctuation) ? '' : PUNCTUATION,
    isTrue(rules.IncludeSpace) ? ' ' : '',
  ]
    .map((type) => [...type].filter((character) => !excluded.has(character)))
    .filter((type) => type.length > 0);
  const length = Number(rules.PasswordLength ?? DEFAULT_LENGTH);
  if (types.length === 0) {
    throw new LocalFailure(`GenerateSecretString of ${logicalId} excludes every character: allow some`);
  }
  // One of each type unless that is switched off, the rest from all of them, in an order nobody knows.
  const required = isTrue(rules.RequireEachIncludedType ?? true) ? types.slice(0, length) : [];
  const all = types.flat();
  const rest = Array.from({ length: length - required.length }, () => all);
  return shuffled([...required, ...rest].map((type) => type[randomInt(type.length)] as string)).join('');
}

function shuffled(characters: string[]): string[] {
  for (let last = characters.length - 1; last > 0; last--) {
    const other = randomInt(last + 1);
    [characters[last], characters[other]] = [characters[other] as string, characters[last] as string];
  }
  return characters;
}

/** Templates say `true` or `"true"`. */
function isTrue(value: unknown): boolean {
  return String(value) === 'true';
}
