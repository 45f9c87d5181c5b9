/** Does a tool's input schema ask for a credential? The one detector of guard and `cdk-mcp check`. */
import { isRecord } from '../message';
import { type Resolve, resolverOf, type Schema } from '../schema/reference';
import { credentialNamed } from './names';
import { asks, describesCredential } from './sentences';
import { wordsOf } from './words';

/** Parts of a schema that are looked at; one that is larger cannot be judged. */
const MAX_PARTS = 20_000;

/** What every name and sentence that is looked for has in it: a schema without it asks for nothing. */
const STEMS =
  /pass|pwd|secret|token|key|cred|otp|auth|bearer|jwt|cv[vc]|pin|phrase|cookie|connection|mnemonic|code|kennwort|wachtwoord|senha|contrase|mot|парол|密|パス|비밀|one.?time|write_?only/i;

/** The property that asks, as a path; undefined: none does. */
export function credentialAsked(inputSchema: unknown, description?: unknown): string | undefined {
  if (!STEMS.test(JSON.stringify([inputSchema, description]))) return undefined;
  const search: Search = { resolve: resolverOf(inputSchema), seen: new Set(), left: MAX_PARTS };
  const found = inside(inputSchema, '', search);
  if (found !== undefined) return found;
  return typeof description === 'string' && asks(description) ? 'the description of the tool' : undefined;
}

interface Search {
  readonly resolve: Resolve;
  readonly seen: Set<unknown>;
  left: number;
}

function inside(schema: unknown, path: string, search: Search): string | undefined {
  if (!isRecord(schema) || search.seen.has(schema)) return undefined;
  search.seen.add(schema);
  search.left -= 1;
  if (search.left < 0) return 'a schema too large to be judged';
  const properties = Object.entries(isRecord(schema.properties) ? schema.properties : {});
  // A pass is also a ticket; beside a user it is what the user signs in with.
  const signsIn = properties.some(([name]) => /^user_?(?:name)?$/i.test(name));
  for (const [name, part] of properties) {
    const here = `${path}/${name}`;
    const meant = signsIn && /^pass$/i.test(name) ? 'password' : name;
    const found = asksItself(meant, part, search.resolve) ? here : inside(part, here, search);
    if (found !== undefined) return found;
  }
  for (const part of partsOf(schema, search.resolve)) {
    const found = asksItself('', part, search.resolve) ? path || '/' : inside(part, path, search);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** Every other schema that speaks of the same value or of what is in it. */
function partsOf(schema: Schema, resolve: Resolve): unknown[] {
  const lists = [schema.allOf, schema.anyOf, schema.oneOf, schema.prefixItems, schema.items];
  const maps = [schema.patternProperties, schema.dependentSchemas, schema.dependencies];
  return [
    ...lists.flatMap((list) => (Array.isArray(list) ? list : [])),
    ...maps.flatMap((map) => (isRecord(map) ? Object.values(map) : [])),
    ...[schema.items, schema.additionalItems, schema.contains, schema.if, schema.then, schema.else],
    ...[schema.additionalProperties, schema.unevaluatedProperties],
    ...('$ref' in schema ? [resolve(schema.$ref)] : []),
  ].filter(isRecord);
}

/** A value that is chosen, counted or said yes or no to is no credential; a one-time code may be a number. */
function asksItself(name: string, schema: unknown, resolve: Resolve): boolean {
  const { text, number, object } = kindsOf(schema, resolve, 0);
  if (!text && !number && !object) return false;
  const { format, writeOnly, title, description }: Schema = isRecord(schema) ? schema : {};
  const about = typeof description === 'string' ? description : '';
  const named = namedIn(name, schema, about);
  if (named !== undefined && (text || (number && NUMERIC.has(named)) || (object && named === 'credential')))
    return true;
  if (!isRecord(schema)) return false;
  if (text && (format === 'password' || writeOnly === true)) return true;
  const entitled = typeof title === 'string' ? namedIn(title, schema, about) : undefined;
  if (entitled !== undefined && (text || (number && NUMERIC.has(entitled)))) return true;
  const header = schema['x-mcp-header'];
  if (text && typeof header === 'string' && credentialNamed(header) !== undefined) return true;
  return isPin(name, about) || (text && describesCredential(about));
}

const NUMERIC = new Set(['otp', 'totp', 'code', 'PIN', 'cvv', 'cvc', 'passcode', 'pin']);

/** What a name stands for, where its description may tell that it is something else. */
function namedIn(name: string, schema: unknown, about: string): string | undefined {
  const words = wordsOf(name).join(' ');
  if (words === 'token' && OTHER_TOKEN.test(about)) return undefined;
  if (words === 'pwd' && /\b(?:directory|path|folder)\b/i.test(about)) return undefined;
  // A list of secrets is mostly one of their names.
  if (words === 'secrets' && isList(schema) && !/\bvalues?\b/i.test(about)) return undefined;
  // Of a pair of keys it is mostly the public one that is handed over, and a security has a code on the market.
  if (/\b(?:ssh|deploy|gpg|pgp) keys?$/.test(words)) return /\bprivate\b/i.test(about) ? 'key' : undefined;
  if (words.endsWith('security code')) return /\b(?:cards?|cvv|cvc)\b/i.test(`${words} ${about}`) ? 'code' : undefined;
  return credentialNamed(name);
}

/** A token without a kind is also a mark in a list, a coin or a word. */
const OTHER_TOKEN =
  /\b(?:page|pagination|paging|continu\w+|next|cursor|previous|returned by|last call|more results|batch|symbol|ticker|contract|crypto\w*|coin|mint|swap|word|vocabulary|erc-?\d+|idempoten\w+|resume|design)\b/i;

function isList(schema: unknown): boolean {
  if (!isRecord(schema)) return false;
  const branches = [schema.anyOf, schema.oneOf].flatMap((list) => (Array.isArray(list) ? list : []));
  const types = [schema.type, ...branches.map((branch) => (isRecord(branch) ? branch.type : undefined))].flat();
  return types.includes('array') && types.every((type) => type === undefined || type === 'array' || type === 'null');
}

/** A pin is also what holds a card to a board: its description tells. */
function isPin(name: string, description: string): boolean {
  return /^pin$/i.test(name) && /\bPIN\b|\bpin code|\bdigit/.test(description);
}

interface Kinds {
  /** A text, or some of them. */
  readonly text: boolean;
  readonly number: boolean;
  /** An object whose properties are named. */
  readonly object: boolean;
}

const NONE: Kinds = { text: false, number: false, object: false };

function kindsOf(schema: unknown, resolve: Resolve, depth: number): Kinds {
  if (!isRecord(schema) || depth > 8) return { text: true, number: true, object: false };
  if (Array.isArray(schema.enum) || 'const' in schema) return NONE;
  const properties = isRecord(schema.properties) && Object.keys(schema.properties).length > 0;
  if (schema.type !== undefined) {
    const types = Array.isArray(schema.type) ? schema.type : [schema.type];
    const elements = types.includes('array') ? elementKinds(schema, resolve, depth) : NONE;
    const object = types.includes('object');
    return {
      text: types.includes('string') || elements.text || (object && !properties),
      number: types.includes('number') || types.includes('integer'),
      object: (object && properties) || elements.object,
    };
  }
  const branches = [schema.anyOf, schema.oneOf, schema.allOf].flatMap((list) => (Array.isArray(list) ? list : []));
  if ('$ref' in schema) branches.push(resolve(schema.$ref));
  if (branches.length === 0) return { text: !properties, number: !properties, object: properties };
  const kinds = branches.map((branch) => kindsOf(branch, resolve, depth + 1));
  const some = (kind: keyof Kinds) => kinds.some((one) => one[kind]);
  return { text: some('text'), number: some('number'), object: some('object') || properties };
}

function elementKinds(schema: Schema, resolve: Resolve, depth: number): Kinds {
  return schema.items === undefined || Array.isArray(schema.items)
    ? { text: true, number: false, object: false }
    : kindsOf(schema.items, resolve, depth + 1);
}
