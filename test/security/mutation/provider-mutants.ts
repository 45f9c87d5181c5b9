/** What the guard checks of tokens that Cognito did not issue. */
import { type Mutant, mutantsOf } from './mutant';

const PROVIDER = ['guard: tokens of a provider'];

export const PROVIDER_MUTANTS: readonly Mutant[] = [
  ...mutantsOf(
    'guard/tokens/profiled-token.ts',
    PROVIDER,
    ['guard/tokens/profiled-token'],
    [
      ['no extension that must be understood', "if (crit !== undefined) return 'token_malformed';", ''],
      ['algorithms that were chosen', "typeof alg !== 'string' || !profile.algorithms.includes(alg)", 'false'],
      ['header types that were chosen', "typeof typ !== 'string' || !profile.types.includes(mediaType(typ))", 'false'],
      [
        'types to their end',
        '!profile.types.includes(mediaType(typ))',
        '!mediaType(typ).startsWith(profile.types[0]!)',
      ],
      [
        'access tokens, where a token says what it is',
        "claims.token_use !== undefined && claims.token_use !== 'access'",
        'false',
      ],
      ['no token bound to a key', 'if (claims.cnf !== undefined) return true;', ''],
      ['no ID token', 'if (ID_TOKEN_CLAIMS.some((name) => claims[name] !== undefined)) return true;', ''],
      [
        'claims that must be there',
        'return Object.entries(requiredClaims).some(([name, value]) => claims[name] !== value);',
        'return false;',
      ],
      ['the audience', 'if (!audiences.includes(audience)) return false;', ''],
      [
        'no audience that nobody named',
        'audiences.every((one) => one === audience || otherAudiences.includes(one as string))',
        'true',
      ],
      ['a client', "if (typeof client !== 'string' || client === '') return refuse({ reason: 'token_client' });", ''],
      ['named clients alone', 'facts.userClients.has(client) || facts.userClients.has(ANY_CLIENT)', 'true'],
      [
        'a machine is one before it is any client',
        'if (facts.machineClients.has(client)) return machine(claims, client, profile, facts);',
        '',
      ],
      [
        'a user has a subject',
        "if (typeof id !== 'string' || id === '') return refuse({ reason: 'token_subject' });",
        '',
      ],
      ['a client is no user', 'if (isOfTheClient(claims, client))', 'if (false)'],
      ['a client is no user, by any of its marks', "|| gty === 'client-credentials' || idtyp === 'app'", ''],
      [
        'a user has a scope of this server',
        "const scopes = ownScopes(claims[profile.scopeClaim], profile, facts); if (scopes.length === 0) return refuse({ reason: 'token_scope' });",
        'const scopes = ownScopes(claims[profile.scopeClaim], profile, facts);',
      ],
      [
        'a machine has scopes given here alone',
        'held.filter((scope) => profile.machineScopes[client]?.includes(scope))',
        'held',
      ],
      ["a machine's subject, where it has one", "if (typeof sub !== 'string' || sub === '')", 'if (false)'],
      [
        'a machine has no groups',
        "kind: 'machine', id: sub, client, groups: []",
        "kind: 'machine', id: sub, client, groups: strings(claims[profile.groupsClaim ?? ''])",
      ],
      ['scopes with their prefix', '.filter((scope) => scope.startsWith(prefix))', ''],
      ['declared scopes', '.filter((scope) => facts.scopes.has(scope))', ''],
    ],
  ),
  ...mutantsOf(
    'guard/tokens/signature.ts',
    PROVIDER,
    ['guard/tokens/profiled-token'],
    [
      [
        "a provider's header is looked at",
        'customJwtCheck: profile && headerCheck(profile)',
        'customJwtCheck: undefined',
      ],
    ],
  ),
  ...mutantsOf(
    'guard/tokens/authenticate.ts',
    PROVIDER,
    ['guard/tokens/profiled-token'],
    [
      [
        "a provider's tokens are read by its profile",
        'if (facts.profile !== undefined) return decideByProfile(claims, facts.profile, facts);',
        '',
      ],
    ],
  ),
  ...mutantsOf(
    'guard/tokens/token-profile.ts',
    [],
    ['guard/tokens/token-profile'],
    [
      ['a profile is complete', 'if (!complete)', 'if (false)'],
      ['types are a list', 'isList(profile.types) &&', ''],
      ['algorithms are a list', 'isList(profile.algorithms) &&', ''],
      ['the client has a claim', 'isName(profile.clientClaim) &&', ''],
      ['scopes have a claim', 'isName(profile.scopeClaim) &&', ''],
    ],
  ),
  ...mutantsOf(
    'documents/config.ts',
    [],
    ['documents/documents'],
    [['constructs and runtime know one contract', 'requireContract(environment, DocumentsVariable.contract);', '']],
  ),
  ...mutantsOf(
    'documents/documents.ts',
    [],
    ['documents/documents'],
    [
      [
        'a document is read alone',
        "if (method !== 'GET') return { status: 405, headers: { Allow: 'GET, OPTIONS' } };",
        '',
      ],
    ],
  ),
];
