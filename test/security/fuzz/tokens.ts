/** Fuzzed: the Authorization header, what a token says of itself, what its claims are worth. */
import fc from 'fast-check';
import { bearerToken, decidePrincipal, type TokenFacts } from '../../../lambda/guard/tokens/authenticate';
import { admitTokenHeader } from '../../../lambda/guard/tokens/token-header';
import { ISSUER, MACHINE_CLIENT, RESOURCE, read, USER_CLIENT } from '../../support/guard';
import { isObject } from './reference';
import type { Target } from './target';

const NOW = 1_000_000;
const FACTS: TokenFacts = {
  issuer: ISSUER,
  resource: RESOURCE,
  scopePrefix: `${RESOURCE}/`,
  scopes: new Set(['notes:read']),
  userClients: new Set([USER_CLIENT]),
  machineClients: new Set([MACHINE_CLIENT]),
};

const letter = fc.constantFrom(
  'a',
  '.',
  '-',
  '_',
  '=',
  '+',
  '/',
  '~',
  ' ',
  '\t',
  ',',
  ';',
  '"',
  '%',
  'Bearer',
  'bearer ',
  'é',
);
const authorization = fc.oneof(
  fc.string({ unit: letter }),
  fc.string({ unit: letter }).map((text) => `Bearer ${text}`),
  fc.string({ unit: fc.constantFrom('a', '.', 'B') }).map((text) => `Bearer ${text}`),
);

const header = fc.property(authorization, (value) => {
  const headers = new Headers({ authorization: value });
  const found = bearerToken(headers, RESOURCE);
  const sent = headers.get('authorization') ?? '';
  const [scheme, ...rest] = sent.split(/ +/);
  const expected = scheme?.toLowerCase() === 'bearer' && rest.length === 1 && /^[\w.~+/-]+=*$/.test(rest[0] ?? '');
  if (found.ok !== expected || (found.ok && found.value !== rest[0])) throw new Error(JSON.stringify(found));
});

const part = fc.oneof(
  fc.jsonValue().map((value) => Buffer.from(JSON.stringify(value)).toString('base64url')),
  fc
    .record(
      {
        alg: fc.constantFrom('RS256', 'none'),
        typ: fc.constantFrom('JWT', 'at+jwt', 'JWE', 1),
        crit: fc.constant(['x']),
        b64: fc.boolean(),
      },
      { requiredKeys: ['alg'] },
    )
    .map((value) => Buffer.from(JSON.stringify(value)).toString('base64url')),
  fc.base64String(),
  fc.string(),
);

const itself = fc.property(fc.array(part, { minLength: 1, maxLength: 5 }), (parts) => {
  const admitted = admitTokenHeader(parts.join('.')).ok;
  let read: unknown;
  try {
    read = JSON.parse(Buffer.from(parts[0] ?? '', 'base64url').toString('utf8'));
  } catch {
    read = undefined;
  }
  const plain = isObject(read) && !('crit' in read) && !('b64' in read);
  const typed = isObject(read) && ['JWT', 'at+jwt', undefined].includes(read.typ as string);
  if (admitted && !(plain && typed)) throw new Error('admitted');
});

const time = fc.oneof(
  fc.constantFrom(NOW, NOW + 1, NOW - 1, NOW + 0.5, -1, 0, 1e308),
  fc.jsonValue({ maxDepth: 1 }),
  fc.double(),
);
const claims = fc.record(
  {
    iss: fc.constantFrom(ISSUER, `${ISSUER}/`, 1),
    token_use: fc.constantFrom('access', 'id', 1),
    exp: fc.oneof({ weight: 3, arbitrary: fc.constant(NOW + 60) }, { weight: 1, arbitrary: time }),
    nbf: time,
    sub: fc.constantFrom('someone', '', 1, null),
    client_id: fc.constantFrom(USER_CLIENT, MACHINE_CLIENT, 'other', 1),
    aud: fc.constantFrom(RESOURCE, [RESOURCE], `${RESOURCE}/`, 1),
    username: fc.constant('ada'),
    scope: fc.oneof(
      fc
        .array(fc.constantFrom(read, `${read}s`, 'openid', 'notes:read', '', `\t${read}`), { maxLength: 3 })
        .map((all) => all.join(' ')),
      fc.jsonValue({ maxDepth: 1 }),
    ),
    'cognito:groups': fc.jsonValue({ maxDepth: 2 }),
  },
  { requiredKeys: ['iss', 'token_use', 'exp', 'sub', 'client_id', 'scope'] },
);

const worth = fc.property(claims, (given) => {
  const decided = decidePrincipal(given, FACTS, NOW);
  const { iss, token_use, exp, nbf, sub, client_id, aud, username, scope } = given;
  const inTime =
    Number.isFinite(exp) && Number(exp) > NOW && (nbf === undefined || (typeof nbf === 'number' && nbf <= NOW));
  const held = typeof scope === 'string' ? scope.split(' ').filter(Boolean) : [];
  const common = iss === ISSUER && token_use === 'access' && inTime && sub === 'someone' && held.includes(read);
  const user = client_id === USER_CLIENT && aud === RESOURCE;
  const machine =
    client_id === MACHINE_CLIENT && aud === undefined && username === undefined && held.every((each) => each === read);
  if (decided.ok !== (common && (user || machine))) throw new Error(JSON.stringify(decided));
  if (!decided.ok) return;
  const { kind, groups, scopes } = decided.value;
  if (kind !== (user ? 'user' : 'machine') || (machine && groups.length > 0)) throw new Error('of another kind');
  if (scopes.some((each) => each !== 'notes:read') || groups.some((each) => typeof each !== 'string')) {
    throw new Error('with more than it holds');
  }
});

export const TOKENS: readonly Target[] = [
  { name: 'authorization', holds: 'a token comes after Bearer, alone, and as it was sent', property: header },
  { name: 'token header', holds: 'only a plain header of an access token is admitted', property: itself },
  { name: 'claims', holds: 'they make a principal exactly where each of them may', property: worth },
] as readonly Target[];
