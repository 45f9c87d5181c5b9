/**
 * Secrets without a format of their own, known by the name they stand under: in source code, configuration,
 * connection strings, query strings, logs, and as properties of structured content.
 */

import { looksLikePassword, looksRandom } from './secret-values';
import type { Span } from './spans';

const PASSWORD = 'pass(?:word|wd|phrase|code)|pwd';
const SECRET =
  'secret(?:[_. -]?(?:access[_. -]?)?key|[_. -]?(?:string|value|token))?' +
  '|(?:api|access|auth|account|private|encryption|signing|master|storage|service|shared[_. -]?access)[_. -]?key' +
  '|(?:access|refresh|auth|api|bearer|bot|session|security|personal|private|deploy|oauth|admin)[_. -]?token' +
  '|token|credentials?';

/** Characters between the name and what is assigned: quotes, also escaped ones, and a sign. */
const BETWEEN = '["\'`\\\\]{0,8}[ \\t]{0,4}(?::=|=>|[:=>])[ \\t]{0,4}';
const VALUE = '(?:\\\\{0,7}["\'`](?<quoted>[^"\'`\\\\\\n]{1,512})|(?<bare>[^\\s"\'`\\\\,;&<(){}[\\]]{4,512}))';

/** The words of which a text with an assignment has one; cheap, and asked first. */
const WORDS = /ass[wpc]|pwd|ecret|oken|key|redential/i;
/** In a JSON text a tab is an escape, and the sign may also end a name: `{"name":"DB_PASSWORD","value":…}`. */
const HINT = new RegExp(`(?:${PASSWORD}|${SECRET})["'\`\\\\]{0,8}(?:\\s|\\\\t){0,4}[:=>,}]`, 'i');
const ASSIGNED = new RegExp(`(?:(?<password>${PASSWORD})|(?<secret>${SECRET}))${BETWEEN}${VALUE}`, 'gid');
const NAMED = new RegExp(`(?:(?<password>${PASSWORD})|(?<secret>${SECRET}))$`, 'i');

/** Tokens that page through results, count words or protect a form; they have to arrive as they are. */
const HARMLESS = /(?:page|next|continuation|cursor|csrf|xsrf|idempotency|public)[_.-]?$/i;
/** Of the many kinds of tokens that have names, those of environments are secrets: `GITHUB_TOKEN`. */
const ENVIRONMENT = /^[A-Z][A-Z0-9_]*_$/;
const PREFIX = /[\w.-]{0,40}$/;

function isHarmless(name: string, before: string): boolean {
  if (HARMLESS.test(before)) return true;
  return /^token$/i.test(name) && before !== '' && !(name === 'TOKEN' && ENVIRONMENT.test(before));
}

/** Whether a JSON text may hold one. */
export function mayHoldAssigned(text: string): boolean {
  return WORDS.test(text) && HINT.test(text);
}

/** Where the values are. */
export function assignedSpans(text: string): Span[] {
  if (!WORDS.test(text)) return [];
  const spans: Span[] = [];
  for (const match of text.matchAll(ASSIGNED)) {
    const { password, secret, quoted, bare } = match.groups ?? {};
    const value = quoted ?? bare ?? '';
    const before = PREFIX.exec(text.slice(Math.max(0, match.index - 40), match.index))?.[0] ?? '';
    // In an ARN `secret:` is a kind of resource, and what follows is a name.
    if (isHarmless(secret ?? '', before) || text[match.index - 1] === ':') continue;
    if (!(password === undefined ? looksRandom(value) : looksLikePassword(value))) continue;
    const [start, end] = match.indices?.groups?.[quoted === undefined ? 'bare' : 'quoted'] ?? [0, 0];
    spans.push({ start, end, name: password === undefined ? 'secret_value' : 'password' });
  }
  return spans;
}

/** The class of a value that a property of this name holds; undefined: it is no secret. */
export function classOfNamed(name: string, value: string): string | undefined {
  const end = name.slice(-80);
  const match = NAMED.exec(end);
  if (match === null || isHarmless(match.groups?.secret ?? '', end.slice(0, match.index))) return undefined;
  if (match.groups?.password !== undefined) return looksLikePassword(value, 4) ? 'password' : undefined;
  return looksRandom(value) ? 'secret_value' : undefined;
}
