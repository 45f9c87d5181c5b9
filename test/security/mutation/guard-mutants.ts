// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the texts are source code
/** The guard's defences, in the order of its pipeline. */
import { type Mutant, mutantsOf } from './mutant';

const TOKENS = ['guard: tokens'];
const REQUESTS = ['guard: requests'];
const BOTH = [...TOKENS, ...REQUESTS];

export const GUARD_MUTANTS: readonly Mutant[] = [
  ...mutantsOf(
    'guard/limits.ts',
    REQUESTS,
    ['guard/limits', 'guard/defences'],
    [
      ['POST alone', "if (method !== 'POST')", 'if (false)'],
      ['JSON alone', "!isJson(headers.get('content-type')) ||", ''],
      ['nothing compressed', "|| headers.has('content-encoding')", ''],
      ['a declared length is bounded', 'if (length !== null && !(Number(length) <= limits.bodyBytes))', 'if (false)'],
      [
        'a body is bounded',
        'if (text.length > limits.bodyBytes || Buffer.byteLength(text) > limits.bodyBytes) {',
        'if (false) {',
      ],
      ['bytes are counted, not characters', '|| Buffer.byteLength(text) > limits.bodyBytes', ''],
      ['nesting is bounded', 'if (!withinDepth(parsed, limits.depth))', 'if (false)'],
      ['a batch is bounded', '|| parsed.length > limits.batch', ''],
      ['a batch is not empty', 'parsed.length === 0 ||', ''],
    ],
  ),
  ...mutantsOf(
    'guard/message.ts',
    REQUESTS,
    ['guard/limits'],
    [
      ['JSON-RPC 2.0 alone', "|| value.jsonrpc !== '2.0'", ''],
      ['an id is used once', "if (ids.has(message.id)) return refuse({ reason: 'not_json_rpc' });", ''],
      ['parameters are an object', 'if (params !== undefined && !isRecord(params)) return undefined;', ''],
      ['an id is bounded', "typeof id === 'string' ? id.length <= MAX_ID", "typeof id === 'string' ? true"],
      ['an id is text or number', "typeof id === 'string' ? id.length <= MAX_ID : Number.isSafeInteger(id)", 'true'],
    ],
  ),
  ...mutantsOf(
    'guard/origin.ts',
    REQUESTS,
    ['guard/origin'],
    [
      ['origins are named', 'if (origin !== null && !facts.origins.has(origin))', 'if (false)'],
      ['the host is this server', 'if (host !== null && host.toLowerCase() !== facts.host)', 'if (false)'],
    ],
  ),
  ...mutantsOf(
    'guard/tokens/authenticate.ts',
    TOKENS,
    ['guard/tokens/authenticate'],
    [
      ['the issuer', 'if (claims.iss !== facts.issuer)', 'if (false)'],
      ['access tokens alone', "if (facts.profile === undefined && claims.token_use !== 'access')", 'if (false)'],
      ['expiry', 'if (!alive(claims, now))', 'if (false)'],
      [
        'expiry is a number in the future',
        "typeof claims.exp === 'number' && claims.exp > now",
        "typeof claims.exp === 'number' && true",
      ],
      [
        'not before',
        "if (claims.nbf !== undefined && !(typeof claims.nbf === 'number' && claims.nbf <= now)) {",
        'if (false) {',
      ],
      ['a subject', "if (typeof claims.sub !== 'string' || claims.sub === '')", 'if (false)'],
      ['listed clients alone', 'if (facts.userClients.has(claims.client_id))', 'if (true)'],
      ['the audience of a user token', 'if (claims.aud !== facts.resource)', 'if (false)'],
      ['a scope of this server', "if (own.length === 0) return refuse({ reason: 'token_scope' });", ''],
      ['scopes with their prefix', '.filter((scope) => scope.startsWith(facts.scopePrefix))', ''],
      ['declared scopes', '.filter((scope) => facts.scopes.has(scope))', ''],
      ['a machine has no audience', 'if (claims.aud !== undefined)', 'if (false)'],
      ['a machine is no user', 'if (claims.username !== undefined)', 'if (false)'],
      ['a machine has no foreign scope', 'own.length === 0 || foreign', 'own.length === 0'],
      [
        'a machine has no groups',
        "kind: 'machine', id, client, groups: []",
        "kind: 'machine', id, client, groups: strings(claims['cognito:groups'])",
      ],
      [
        'tokens from the header alone',
        'if (authorization === null) {',
        "const given = new URL(url).searchParams.get('access_token'); if (authorization === null && given !== null) return ok(given); if (authorization === null) {",
      ],
      ['a token is bounded', 'if (token.length > MAX_TOKEN_LENGTH)', 'if (false)'],
    ],
  ),
  ...mutantsOf(
    'guard/tokens/signature.ts',
    TOKENS,
    ['guard/tokens/signature'],
    [
      [
        'the signature',
        'return ok(await verifier.verify(token));',
        "await verifier.hydrate(); return ok(JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString()));",
      ],
      [
        'keys that cannot be had are no fault of the token',
        "if (error instanceof WaitPeriodNotYetEndedJwkError) return unreachable ? 'keys_unavailable' : 'token_key_unknown';",
        '',
      ],
    ],
  ),
  ...mutantsOf(
    'guard/tokens/authenticator.ts',
    BOTH,
    ['guard/guard', 'guard/tokens/revocation', 'guard/defences'],
    [['a cached token expires', 'if (alive(known.claims, now)) return ok(known);', 'return ok(known);']],
  ),
  ...mutantsOf(
    'guard/admission.ts',
    BOTH,
    ['guard/guard', 'guard/tokens/revocation', 'guard/defences'],
    [
      ['limits come first', 'if (!head.ok) return sessions?.refused(head) ?? head;', ''],
      ['the origin is asked', 'if (!from.ok) return from;', ''],
      [
        'revocation is asked',
        "const living = await exchange.within('revocation', () => revocation(authenticated.value, clock()));",
        "const living = { ok: true as boolean, value: authenticated.value, refusal: { reason: 'grant_revoked' as const, client: '' } }; void revocation;",
      ],
      ['a body is admitted', 'if (!body.ok) return body;', ''],
      ['headers and body agree', 'if (!agreed.ok) {', 'if (false) {'],
      ['what is refused does not run', 'if (refusal !== undefined) return refuse(refusal);', ''],
      ['a grant is looked up where there is a table', 'grants === undefined ? noGrants :', 'true ? noGrants :'],
    ],
  ),
  ...mutantsOf(
    'guard/headers.ts',
    BOTH,
    ['guard/guard', 'guard/tokens/revocation', 'guard/defences'],
    [
      ['the tool code gets no credential', 'if (!WITHHELD.has(header[0]))', ''],
      [
        'the server’s headers stay inside',
        'for (const name of ANSWER_HEADERS) {',
        'for (const name of headers.keys()) {',
      ],
    ],
  ),
  ...mutantsOf(
    'guard/guard.ts',
    BOTH,
    ['guard/guard', 'guard/tokens/revocation', 'guard/defences'],
    [
      [
        'streams are guarded',
        "if (type.startsWith('text/event-stream')) {",
        "if (type.startsWith('text/event-stream')) return response; if (false) {",
      ],
      [
        'answers are guarded',
        'const out = single ? outgoingAnswer(text, only, facts) : outgoing(text, facts);',
        'const out = { text, answers: [], redactions: {} }; void outgoing; void outgoingAnswer; void single;',
      ],
      [
        'what is no JSON is replaced',
        "if (status >= 500 || !type.startsWith('application/json')) {",
        'if (status >= 500) {',
      ],
      [
        'an error of the server is replaced',
        "if (status >= 500 || !type.startsWith('application/json')) {",
        "if (!type.startsWith('application/json')) {",
      ],
    ],
  ),
  ...mutantsOf(
    'guard/tokens/revocation.ts',
    TOKENS,
    ['guard/tokens/revocation'],
    [
      [
        'a user token names its grant',
        "if (typeof origin !== 'string' || origin === '') return refuse({ reason: 'grant_revoked' });",
        "if (typeof origin !== 'string') return ok(principal);",
      ],
      ['what is known of a grant grows old', 'cached.until > now &&', ''],
      ['what is known of a grant is young', 'BELIEVED_MS = 45_000', 'BELIEVED_MS = 90_000'],
      ['a cached grant ends', '&& cached.grant.expires * 1000 > now', ''],
      [
        'a grant exists',
        'grant === undefined || grant.revoked ||',
        'grant?.revoked || grant === undefined ? !grant ? false : true :',
      ],
      ['a revoked grant is refused', '|| grant.revoked ||', '||'],
      ['an ended grant is refused', '|| grant.expires * 1000 <= now', ''],
      ['no table, no entry', "return refuse({ reason: 'grants_unavailable' });", 'return ok(principal);'],
    ],
  ),
  ...mutantsOf(
    'guard/tokens/grants-table.ts',
    [],
    ['guard/tokens/revocation'],
    [
      ['the mark of an ended grant is read', 'revoked: item.revoked !== undefined', 'revoked: false'],
      ['a grant is read by its own key', '`${TableKey.grant}${origin}`', '`${origin}`'],
    ],
  ),
  ...mutantsOf(
    'guard/dynamodb.ts',
    [],
    ['guard/tokens/revocation'],
    [['a grant is read as it is', 'ConsistentRead: true,', '']],
  ),
  ...mutantsOf(
    'guard/aws.ts',
    [],
    ['guard/tokens/revocation'],
    [['a refusal of the table is a fault', 'if (response.ok)', 'if (response.ok || response.status === 400)']],
  ),
  ...mutantsOf(
    'guard/policy.ts',
    BOTH,
    ['guard/policy', 'guard/authorize'],
    [
      [
        'what no rule names is denied',
        'prefixes.find(({ prefix }) => name.startsWith(prefix))?.rule',
        'prefixes.find(({ prefix }) => name.startsWith(prefix))?.rule ?? [...exact.values()][0]',
      ],
      [
        'prefixes are not left by climbing',
        '(changesWhenParsed(name) || climbs(name)) ? undefined : rule',
        'changesWhenParsed(name) ? undefined : rule',
      ],
      ['what parsers drop is in no resource', '(changesWhenParsed(name) || climbs(name))', 'climbs(name)'],
      ['groups', 'rule.groups === undefined || principal.groups.some((group) => rule.groups?.has(group))', 'true'],
      ['scopes', 'rule.scopes.filter((scope) => !principal.scopes.includes(scope))', '[]'],
      [
        'lists are filtered by group',
        'if (rule === undefined || !groupsAllow(rule, principal)) return false;',
        'if (rule === undefined) return false;',
      ],
      [
        'lists are filtered by rule',
        'if (rule === undefined || !groupsAllow(rule, principal)) return false;',
        'if (rule === undefined) return true;',
      ],
      [
        'a machine sees what it holds',
        "principal.kind === 'user' || scopesMissing(rule, principal).length === 0",
        'true',
      ],
      ['climbing in another spelling', ".replace(/%2e/gi, '.')", ''],
      ['encoded separators', ".replace(/%2f/gi, '/')", ''],
      ['encoded backslashes', ".replace(/%5c/gi, '\\\\')", ''],
    ],
  ),
  ...mutantsOf(
    'guard/agreement.ts',
    REQUESTS,
    ['guard/authorize'],
    [
      [
        'Mcp-Method agrees',
        'if (method !== null && !body.messages.every((message) => message.method === method)) {',
        'if (false) {',
      ],
      [
        'Mcp-Name agrees',
        'if (decoded === undefined || !body.messages.every((message) => headerNameOf(message) === decoded)) {',
        'if (false) {',
      ],
      [
        'every message of a batch agrees',
        '!body.messages.every((message) => headerNameOf(message) === decoded)',
        '!body.messages.some((message) => headerNameOf(message) === decoded)',
      ],
      ['an encoded name is decoded', "if (!value.startsWith('=?')) return value;", 'return value;'],
    ],
  ),
  ...mutantsOf(
    'guard/authorize.ts',
    REQUESTS,
    ['guard/authorize', 'guard/guard'],
    [
      [
        'a notification calls nothing',
        "return known ? { message } : { message, refusal: { reason: 'method_unknown' } };",
        'return { message };',
      ],
      [
        'unknown methods are refused',
        "if (targets === undefined) return { message, refusal: { reason: 'method_unknown', modern } };",
        'if (targets === undefined) return { message };',
      ],
      [
        'no rule, no call',
        'if (rule === undefined) return refused',
        'if (rule === undefined) continue; if (false) return refused',
      ],
      ['no group, no call', 'if (!groupsAllow(rule, principal))', 'if (false)'],
      [
        'every target is judged',
        'for (const { kind, name } of targets) {',
        'for (const { kind, name } of targets.slice(0, 1)) {',
      ],
      ['a missing scope is a refusal', 'if (missing.size === 0)', 'if (true)'],
      ['no challenge where stepping up cannot help', 'if (hard !== undefined) return hard;', ''],
      ['one refusal refuses the body', 'scopes.length === 0 ? undefined :', 'scopes.length < 3 ? undefined :'],
      ['a challenge names what is held', '...principal.scopes, ...missing', '...missing'],
    ],
  ),
  ...mutantsOf(
    'guard/target.ts',
    REQUESTS,
    ['guard/authorize'],
    [
      [
        'a name is a string',
        "return typeof value === 'string' ? value : undefined;",
        'return value === undefined ? undefined : String(value);',
      ],
      ['subscriptions name resources', "case 'resources/subscribe':", "case 'resources/subscribe': return [];"],
      ['completions name what they complete', 'return [reference(params.ref)];', 'return [];'],
      ['a listen names its resources', 'return subscriptions(params.notifications);', 'return [];'],
    ],
  ),
  ...mutantsOf(
    'guard/outputs/outputs.ts',
    REQUESTS,
    ['guard/outputs/outputs', 'guard/defences'],
    [
      ['results are bounded', 'if (tooLarge(text, facts.maxBytes))', 'if (false)'],
      ['a failed tool says nothing', 'if (message.result.isError === true) {', 'if (false) {'],
      ['an error says nothing', "if ('error' in message) {", 'if (false) {'],
      ['an answer to nothing is withheld', 'if (asked === undefined) {', 'if (false) {'],
      ['lists are filtered', 'filterList(asked.method, stated, facts)', '((void filterList), stated)'],
      ['lists are read before they pass', 'isList(request.method) ||', ''],
      ['answers with escapes are read', '\\\\u|', ''],
      ['what is no answer is read', '!isAnswerTo(request.id, text) ||', '((void isAnswerTo), false) ||'],
      ['what answers nothing is replaced', 'return answered ? out :', 'return answered || out ? out :'],
      [
        'what varies is cached for one',
        'keptPrivate(asked.method, filterList(asked.method, stated, facts))',
        '((void keptPrivate), filterList(asked.method, stated, facts))',
      ],
    ],
  ),
  ...mutantsOf(
    'guard/outputs/lists.ts',
    REQUESTS,
    ['guard/outputs/outputs'],
    [
      ['items are shown as rules allow', 'shows(item, list, policy, principal) && !withheld(item)', '!withheld(item)'],
      ['a list that is none shows nothing', ': [];', ': items;'],
    ],
  ),
  ...mutantsOf(
    'guard/errors.ts',
    REQUESTS,
    ['guard/outputs/outputs', 'guard/guard'],
    [
      [
        'unknown errors are replaced',
        'if (known === undefined) {',
        'if (known === undefined) { return { value: response };',
      ],
      ['known errors keep their code alone', 'message: known, ...(data', 'message: error.message, ...(data'],
      [
        'data of errors stays inside',
        'const data = errorData(error.code, error.data, asked);',
        'const data = error.data as object | undefined; void errorData;',
      ],
      ['errors meant for the client are marked', 'if (meta[PUBLIC_ERROR] === true) {', 'if (true) {'],
    ],
  ),
  ...mutantsOf(
    'guard/outputs/stream.ts',
    REQUESTS,
    ['guard/outputs/stream'],
    [
      [
        'events are guarded',
        'const clean = mapEventData(event, guarded);',
        'const clean = `${event}\\n\\n`; void guarded; void mapEventData;',
      ],
      ['an event has an end', 'if (splitter.pendingLength > facts.maxBytes) return expire(controller);', ''],
      [
        'a stream has a deadline',
        "if (step === 'deadline') return expire(controller);",
        "if (step === 'deadline') { controller.close(); return end(true); }",
      ],
      ['work ends with the client', 'async cancel() {\n cancel();', 'async cancel() {'],
    ],
  ),
  ...mutantsOf(
    'guard/refusal.ts',
    REQUESTS,
    ['guard/guard'],
    [
      [
        'what a group forbids looks unknown',
        "case 'group_missing':",
        "case 'group_missing': return { status: 403, code: SERVER_ERROR, message: 'group' };",
      ],
      ['a challenge names the metadata', 'resource_metadata: facts.resourceMetadata,\n }),', '}),'],
    ],
  ),
];
