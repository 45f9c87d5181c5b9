/** Fuzzed: the body parser, the policy, who may send what, headers against bodies. */
import { isDeepStrictEqual } from 'node:util';
import fc from 'fast-check';
import { headersAgree } from '../../../lambda/guard/agreement';
import { authorize, overallRefusal } from '../../../lambda/guard/authorize';
import { admitBody, DEFAULT_LIMITS } from '../../../lambda/guard/limits';
import { compilePolicy } from '../../../lambda/guard/policy';
import type { Principal } from '../../../lambda/guard/principal';
import type { PolicyDocument } from '../../../lib/private/contract';
import { USER } from '../../support/guard';
import { bodyText, name, PREFIXES, pattern, uri } from './inputs';
import { mayPass, messagesOf, ruleFor } from './reference';
import type { Target } from './target';

const LIMITS = { ...DEFAULT_LIMITS, bodyBytes: 2_000, depth: 12, batch: 3 };
const SAME = { bytes: 2_000, depth: 12, batch: 3 };

const scopes = fc.subarray(['read', 'write', 'admin']);
const rule = fc.record(
  {
    tools: fc.array(pattern, { maxLength: 3 }),
    prompts: fc.array(pattern, { maxLength: 2 }),
    resources: fc.array(
      fc.oneof(
        fc.constantFrom(...PREFIXES).map((prefix) => `${prefix}*`),
        uri,
        pattern,
      ),
      { maxLength: 3 },
    ),
    scopes,
    groups: fc.subarray(['staff', 'admins'], { minLength: 1 }),
  },
  { requiredKeys: ['scopes'] },
);
export const policy: fc.Arbitrary<PolicyDocument> = fc
  .array(rule, { maxLength: 4 })
  .map((rules) => ({ version: 1, scopes: ['read', 'write', 'admin'], rules }));

export const principal: fc.Arbitrary<Principal> = fc
  .record({ kind: fc.constantFrom('user', 'machine'), scopes, groups: fc.subarray(['staff', 'admins', 'other']) })
  .map((given) => ({ ...USER, ...given }) as Principal);

const body = fc.property(bodyText, (text) => {
  const admitted = admitBody(text, LIMITS);
  const expected = messagesOf(text, SAME);
  if (admitted.ok !== (expected !== undefined)) throw new Error(admitted.ok ? 'admitted' : admitted.refusal.reason);
  if (!admitted.ok) return;
  if (!isDeepStrictEqual(admitted.value.parsed, JSON.parse(text))) throw new Error('parsed to something else');
  const methods = admitted.value.messages.map(({ method }) => method);
  if (
    !isDeepStrictEqual(
      methods,
      expected?.map(({ method }) => method ?? ''),
    )
  )
    throw new Error('other methods');
});

const rules = fc.property(policy, fc.oneof(name, uri), (document, asked) => {
  const compiled = compilePolicy(document);
  for (const [kind, list] of [
    ['tool', 'tools'],
    ['prompt', 'prompts'],
    ['resource', 'resources'],
  ] as const) {
    const found = compiled.ruleFor(kind, asked);
    const expected = ruleFor(document, list, asked);
    const same = isDeepStrictEqual(
      found && [found.scopes, found.groups && [...found.groups]],
      expected && [expected.scopes, expected.groups],
    );
    if (!same) throw new Error(`${kind}: ${JSON.stringify(found)} against ${JSON.stringify(expected)}`);
  }
});

const star = compilePolicy({
  version: 1,
  scopes: ['read'],
  rules: [{ resources: PREFIXES.map((prefix) => `${prefix}*`), scopes: ['read'] }],
});

/** An independent parser's opinion: where it reads an allowed address, it is still below the prefix. */
const climbing = fc.property(uri, (asked) => {
  if (star.ruleFor('resource', asked) === undefined || !URL.canParse(asked)) return;
  const read = new URL(asked).href;
  if (!PREFIXES.some((prefix) => asked.startsWith(prefix) && read.startsWith(prefix)))
    throw new Error(`read as ${read}`);
});

const sending = fc.property(bodyText, policy, principal, (text, document, who) => {
  const admitted = admitBody(text, LIMITS);
  const expected = messagesOf(text, SAME);
  if (!admitted.ok || expected === undefined) return;
  const compiled = compilePolicy(document);
  const decisions = admitted.value.messages.map((message) => authorize(message, who, compiled, 'x/'));
  const may = expected.every((message) => mayPass(message, who, document));
  if ((overallRefusal(decisions) === undefined) !== may) throw new Error(may ? 'refused' : 'allowed');
});

const anyText = fc.oneof(name, fc.string({ unit: 'grapheme' }));
const encoded = (text: string) => `=?base64?${Buffer.from(text).toString('base64')}?=`;

const headers = fc.property(anyText, anyText, fc.boolean(), (said, done, encode) => {
  // A lone surrogate has no bytes, and what is not Latin-1 cannot stand in a header as it is.
  const plain = /^[\x21-\x7e]*$/.test(said) && !said.startsWith('=?');
  if (/\p{Cs}/u.test(said + done) || !(encode || plain)) return;
  const call = { jsonrpc: '2.0', id: 1, method: 'tools/call', params: { name: done } };
  const admitted = admitBody(JSON.stringify(call), { ...LIMITS, bodyBytes: 100_000 });
  if (!admitted.ok) throw new Error(admitted.refusal.reason);
  const given = new Headers({ 'mcp-method': 'tools/call', 'mcp-name': encode ? encoded(said) : said });
  if (headersAgree(given, admitted.value).ok !== (said === done)) throw new Error('judged otherwise');
});

const oddHeaders = fc.property(
  fc.string({ unit: fc.constantFrom('=', '?', 'b', 'a', 's', 'e', '6', '4', 'A', ' ', '+', '/') }),
  (value) => {
    const call = { jsonrpc: '2.0', id: 1, method: 'tools/call', params: { name: 'list_notes' } };
    const admitted = admitBody(JSON.stringify(call), LIMITS);
    if (!admitted.ok) throw new Error(admitted.refusal.reason);
    const agreed = headersAgree(new Headers({ 'mcp-name': value }), admitted.value);
    if (agreed.ok) throw new Error('it agrees');
  },
);

export const DECISIONS: readonly Target[] = [
  { name: 'body', holds: 'admitted as a plain reading would, equal to what JSON.parse gives', property: body },
  { name: 'policy', holds: 'the compiled policy finds the rule a plain one finds', property: rules },
  { name: 'addresses', holds: 'what a prefix allows is below it for another parser too', property: climbing },
  { name: 'sending', holds: 'a body passes when every message of it may', property: sending },
  { name: 'header', holds: 'a name agrees with itself alone, plain or encoded', property: headers },
  { name: 'odd header', holds: 'a malformed name agrees with nothing', property: oddHeaders },
] as readonly Target[];
