/**
 * Secrets that must not leave in a result: cloud keys, tokens, private keys, bearer strings. Patterns are
 * narrow on purpose: each is a documented format with a fixed prefix. What is found is replaced and counted
 * by class, never logged.
 */
export type SecretClass = 'aws_access_key' | 'jwt' | 'private_key' | 'bearer' | 'github_token' | 'slack_token';

/**
 * Where a word begins: also after an escape, because results are looked at as JSON text first, where the line break
 * before a key is the letters of its escape.
 */
const START = '(?:\\b|(?<=\\\\[bfnrt]))';
/** The same, but never inside a run of what the pattern itself is made of: there, each place would be tried anew. */
const RUN_START = '(?:(?<![\\w-])|(?<=\\\\[bfnrt]))';

const PATTERNS: readonly (readonly [SecretClass, string])[] = [
  ['private_key', '-----BEGIN [A-Z ]*PRIVATE KEY-----(?:[\\s\\S]*?-----END [A-Z ]*PRIVATE KEY-----|[\\s\\S]*$)'],
  ['aws_access_key', `${START}(?:AKIA|ASIA|ABIA|ACCA)[A-Z2-7]{16}\\b`],
  ['jwt', `${RUN_START}eyJ[A-Za-z0-9_-]{8,}\\.eyJ[A-Za-z0-9_-]{8,}\\.[A-Za-z0-9_-]*`],
  ['github_token', `${START}(?:gh[pousr]_[A-Za-z0-9]{36,}|github_pat_[A-Za-z0-9_]{60,})`],
  ['slack_token', `${START}xox[abeprs]-[A-Za-z0-9-]{10,}`],
  ['bearer', `${START}[Bb]earer [A-Za-z0-9._~+/-]{16,}=*`],
];

const EACH = PATTERNS.map(([name, source]) => ({ name, pattern: new RegExp(source, 'g') }));
const ANY = new RegExp(PATTERNS.map(([, source]) => `(?:${source})`).join('|'));

export type Redactions = Partial<Record<SecretClass, number>>;

/** Whether a text holds anything to redact; cheap, so that most results are not touched. */
export function holdsSecret(text: string): boolean {
  return ANY.test(text);
}

/** Every string of a JSON value, keys included, with secrets replaced. */
export function redact<T>(value: T, found: Redactions): T {
  return rewrite(value, found) as T;
}

function rewrite(value: unknown, found: Redactions): unknown {
  if (typeof value === 'string') return redactText(value, found);
  if (Array.isArray(value)) return value.map((item) => rewrite(item, found));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [redactText(key, found), rewrite(item, found)]));
}

function redactText(text: string, found: Redactions): string {
  if (!holdsSecret(text)) return text;
  return EACH.reduce(
    (rest, { name, pattern }) =>
      rest.replace(pattern, () => {
        found[name] = (found[name] ?? 0) + 1;
        return `[redacted: ${name}]`;
      }),
    text,
  );
}
