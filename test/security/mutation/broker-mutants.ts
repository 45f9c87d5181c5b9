// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the texts are source code
/** The broker's defences: requests, pages, flows, stores. */
import { type Mutant, mutantsOf } from './mutant';

const GRANT = 'broker/grant';
const FAULTS = 'broker/faults';
const PROPERTIES = 'broker/properties';
const FLOWS = 'broker/clients-in-flows';
const CONFIRMED = 'broker/defences';

export const BROKER_MUTANTS: readonly Mutant[] = [
  ...mutantsOf(
    'broker/authorization-request.ts',
    ['redirect URI', 'PKCE', 'parameters', 'consent'],
    [GRANT],
    [
      [
        'an unknown client is refused',
        "if (client === undefined) return { kind: 'page', reason: 'client_unknown' };",
        "client ??= { id: 'x', kind: 'dynamic', name: 'x', redirectUris: [parameters.get('redirect_uri') ?? ''], authentication: { method: 'none' } };",
      ],
      ['the redirect URI is proven first', '|| !matchesRedirectUri(redirectUri, client.redirectUris)', ''],
      [
        'the state is bounded',
        "if (state !== undefined && state.length > MAX_STATE) return fault('invalid_request', 'state is too long');",
        '',
      ],
      [
        'a state too long is not sent back',
        'state: state !== undefined && state.length <= MAX_STATE ? state : undefined',
        'state',
      ],
      ['request objects are refused', "if (parameters.has('request'))", 'if (false)'],
      ['request_uri is refused', "if (parameters.has('request_uri'))", 'if (false)'],
      ['response_type is code', "parameters.get('response_type') !== 'code'", 'false'],
      ['response_mode is query', "(parameters.get('response_mode') ?? 'query') !== 'query'", 'false'],
      ['PKCE is by S256', "parameters.get('code_challenge_method') !== 'S256' ||", ''],
      ['the PKCE challenge has the form of a hash', '|| !S256_CHALLENGE.test(codeChallenge)', ''],
      ['the resource is this server', "(parameters.get('resource') ?? facts.resource) !== facts.resource", 'false'],
      [
        'no scope left is an error',
        "if (scopes.length === 0) return fault('invalid_scope'",
        "if (false) return fault('invalid_scope'",
      ],
      [
        'only what is asked for is granted',
        '[...facts.scopes.keys()].filter((name) => asked.has(`${facts.scopePrefix}${name}`))',
        '[...facts.scopes.keys()]',
      ],
      ['prompt=none gets no code', "parameters.get('prompt') === 'none'", 'false'],
    ],
  ),
  ...mutantsOf(
    'broker/redirect-uri.ts',
    ['redirect URI'],
    [PROPERTIES, GRANT, FLOWS],
    [
      ['only plain characters in a redirect URI', 'if (!isPlain(given)) return false;', ''],
      ['redirect URIs match to the letter, not as prefixes', 'uri === given ||', 'given.startsWith(uri) ||'],
      [
        'redirect URIs match to the letter, case included',
        'uri === given ||',
        'uri.toLowerCase() === given.toLowerCase() ||',
      ],
      [
        'redirect URIs match as written, not as parsed',
        'uri === given ||',
        '(URL.canParse(given) && new URL(uri).href === new URL(given).href) ||',
      ],
      ['names of loopback are not each other', 'a[1] === b[1] &&', ''],
      ['the path of a loopback URI counts', 'a[3] === b[3] &&', ''],
      ['the port of a loopback URI is one', 'port > 0 && port < 65_536', 'true'],
      ['a port may differ on loopback http alone', '/^http:\\/\\/(localhost|', '/^https?:\\/\\/(localhost|'],
      ['a port may differ on loopback alone', '/^http:\\/\\/(localhost|', '/^http:\\/\\/([a-z.]+|localhost|'],
      ['redirect URIs are bounded', 'uri.length <= MAX_LENGTH &&', ''],
      ['loopback is told from the web', "!uri.startsWith('https://') ||", ''],
      [
        'loopback by https is loopback',
        '|| /^https:\\/\\/(localhost|127\\.0\\.0\\.1|\\[::1\\])([:/?]|$)/i.test(uri)',
        '',
      ],
    ],
  ),
  ...mutantsOf(
    'broker/parameters.ts',
    ['parameters'],
    [GRANT],
    [
      ['a parameter is given once', 'if (parameters.has(name)) return undefined;', ''],
      ['requests are bounded', 'if (text.length > MAX_LENGTH) return undefined;', ''],
    ],
  ),
  ...mutantsOf(
    'broker/cookie.ts',
    ['cookie', 'consent'],
    [GRANT, PROPERTIES],
    [
      ['of two cookies none counts', 'values.length === 1 &&', ''],
      ['a cookie has the form of a handle', '&& VALUE.test(value)', ''],
      ['the cookie bears the __Host- prefix', "plainHttp ? 'mcp-tx' : '__Host-mcp-tx'", "'mcp-tx'"],
      ['the cookie is Secure', "plainHttp ? '' : '; Secure'", "''"],
      ['the cookie is HttpOnly', '; HttpOnly', ''],
      ['the cookie is SameSite=Lax', 'SameSite=Lax', 'SameSite=None'],
    ],
  ),
  ...mutantsOf(
    'broker/cors.ts',
    ['consent'],
    [GRANT, CONFIRMED],
    [
      ['pages are not readable across origins', "path.startsWith('/.well-known/') || READABLE.has(path)", 'true'],
      [
        'named origins are left to the gateway',
        "config.allowedOrigins.length === 0 ? { 'Access-Control-Allow-Origin': '*' } : answerFor(origin, config)",
        "{ 'Access-Control-Allow-Origin': '*' }",
      ],
    ],
  ),
  ...mutantsOf(
    'broker/documents.ts',
    [],
    [CONFIRMED],
    [
      [
        'S256 alone is advertised',
        "code_challenge_methods_supported: ['S256']",
        "code_challenge_methods_supported: ['S256', 'plain']",
      ],
      [
        'iss is advertised',
        'authorization_response_iss_parameter_supported: true',
        'authorization_response_iss_parameter_supported: false',
      ],
      ['registration is advertised only where it is on', '...(config.clients.dynamic && {', '...({'],
    ],
  ),
  ...mutantsOf(
    'broker/seal.ts',
    ['stolen table', 'cookie', 'PKCE', 'consent', 'callback'],
    [PROPERTIES],
    [
      ['handles are stored as hashes', "return createHash('sha256').update(text).digest('base64url');", 'return text;'],
      ['a key of one purpose opens nothing of another', '`cdk-mcp ${purpose}`', "'cdk-mcp'"],
      ['the key is the handle’s', "hkdfSync('sha256', handle, '',", "hkdfSync('sha256', 'x', '',"],
      ['a sealed text that was changed does not open', ', decipher.final()]', ']'],
      ['handles are random', "return randomBytes(32).toString('base64url');", "return 'a'.repeat(43);"],
      [
        'comparison compares',
        'return timingSafeEqual(left, right);',
        'return timingSafeEqual(left, left) && right.length > 0;',
      ],
    ],
  ),
  ...mutantsOf(
    'broker/flows/authorize.ts',
    ['consent', 'cookie', 'callback', 'parameters', 'redirect URI'],
    [GRANT, FLOWS, CONFIRMED],
    [
      [
        'the form carries a token',
        "return sameText(form.get('csrf') ?? '', formToken(browser, fields));",
        'return true;',
      ],
      ['the form is bound to the browser', "['consent', browser, canonical]", "['consent', canonical]"],
      ['the form is bound to what it asks for', "['consent', browser, canonical]", "['consent', browser]"],
      ['a self-registered client is never remembered', "client.kind !== 'dynamic' &&", ''],
      ['a program on the machine is never remembered', '&& !leadsToThisMachine(asked.redirectUri)', ''],
      ['errors name the issuer', 'state, iss: config.issuer', 'state'],
      [
        'the consent page has its headers',
        'pageHeaders(services.config.branding), cookies',
        "{ 'Content-Type': 'text/html' }, cookies",
      ],
      [
        'every scope stands on the page',
        'asked.scopes.map((scope) => config.scopes.get(scope) ?? scope)',
        'asked.scopes.slice(0, 1).map((scope) => config.scopes.get(scope) ?? scope)',
      ],
      [
        'a self-registered client is no open redirect',
        "if (client.kind === 'dynamic') return errorReply",
        'if (false) return errorReply',
      ],
      ['the page is not passed over', 'if (remembered !== undefined) {', 'if (true) {'],
    ],
  ),
  ...mutantsOf(
    'broker/flows/consent.ts',
    ['consent', 'callback', 'registration'],
    [GRANT],
    [
      ['an approval needs the cookie', 'browser === undefined ||', ''],
      ['an approval from another site is refused', '|| !sameSite', ''],
      ['a page beside, on the same site, is another', "site === 'same-origin'", "site !== 'cross-site'"],
      ['an approval says so', "form.get('decision') !== 'approve'", "form.get('decision') === 'deny'"],
      ['a denial names the issuer', 'iss: config.issuer', 'iss: undefined'],
    ],
  ),
  ...mutantsOf(
    'broker/flows/callback.ts',
    ['callback'],
    [GRANT, FLOWS],
    [
      [
        'the callback is in the browser that approved',
        'browser === undefined || !sameText(hashOf(browser), transaction.browser)',
        'false',
      ],
      ['an error is not overruled by a code', "code === undefined || parameters.has('error')", 'code === undefined'],
      ['the answer names the issuer', 'state: clientState, iss: config.issuer', 'state: clientState'],
      ['another user at the callback sees the page', 'usable?.principal.id === user', 'usable !== undefined'],
      [
        'the user behind a remembered approval is looked at',
        'if (transaction.rememberedUser !== undefined) {',
        'if (false) {',
      ],
      [
        'the session of another user ends',
        'if (answer.tokens.refreshToken !== undefined) await services.upstream.revoke(answer.tokens.refreshToken);',
        '',
      ],
    ],
  ),
  ...mutantsOf(
    'broker/upstream.ts',
    ['honest clients', 'PKCE', 'upstream token'],
    [GRANT, FAULTS, 'broker/upstream'],
    [
      ['a code is sent once', '...(once ? {} : {', '...(false ? {} : {'],
      ['the upstream leg has PKCE', "code_challenge_method: 'S256'", "code_challenge_method: 'plain'"],
      ['the upstream token is bound to this resource', 'audience.\n resource,', 'audience.'],
      ['a throttle says nothing of the request', '|| status === 429', ''],
      ['a wrong setting of our own ends no grant', "&& fault.error === 'invalid_grant'", ''],
      [
        'the provider is not waited for',
        'signal: AbortSignal.timeout(TIMEOUT_MS)',
        'signal: AbortSignal.timeout(60_000)',
      ],
    ],
  ),
  ...mutantsOf(
    'broker/store/transactions.ts',
    ['callback'],
    [GRANT],
    [
      ['a sign-in is finished once', '.take(keyOf(state))', '.get(keyOf(state))'],
      ['a sign-in has its time', 'SECONDS = 900', 'SECONDS = 90_000'],
    ],
  ),
  ...mutantsOf(
    'broker/store/table.ts',
    ['callback', 'code', 'refresh', 'registration', 'client authentication'],
    [GRANT],
    [
      ['expiry is compared on every read', 'return alive(Item);', 'return Item;'],
      [
        'expiry is compared when an item is taken',
        'return alive((await documents.send(command)).Attributes);',
        'return (await documents.send(command)).Attributes;',
      ],
      ['what must be new is new', '...(ifAbsent && absent)', ''],
      [
        'conditions are conditions',
        'ConditionExpression: condition,',
        'ConditionExpression: condition && `(${condition}) OR NOT (${condition})`,',
      ],
    ],
  ),
  ...mutantsOf(
    'broker/store/codes.ts',
    ['code'],
    [GRANT, FAULTS],
    [
      [
        'a code is redeemed once',
        'AND attribute_not_exists(#redeemed)',
        'AND (attribute_exists(#redeemed) OR attribute_not_exists(#redeemed))',
      ],
      ['a code lives a minute', 'VALID_SECONDS = 60', 'VALID_SECONDS = 600'],
      [
        'a replayed code is not made valid again',
        "condition: 'attribute_not_exists(#replayed)'",
        "condition: 'attribute_exists(#replayed) OR attribute_not_exists(#replayed)'",
      ],
      ['a replay before the grant is seen after it', '?.replayed === true', '?.replayed === 1'],
    ],
  ),
  ...mutantsOf(
    'broker/flows/code-grant.ts',
    ['code', 'PKCE', 'callback', 'upstream token'],
    [GRANT, FAULTS],
    [
      ['a code is its client’s', "if (request.clientId !== client.id) return 'code_client';", ''],
      [
        'a code is its redirect URI’s',
        "if (form.get('redirect_uri') !== request.redirectUri) return 'code_redirect_uri';",
        '',
      ],
      ['the PKCE verifier is compared', '&& sameText(challenge, request.codeChallenge)', ''],
      ['the PKCE verifier is long enough', 'VERIFIER.test(verifier) && sameText', 'sameText'],
      [
        'a code expires',
        "if (record.redeemed !== true && record.validUntil <= now()) return refused('code_expired');",
        '',
      ],
      ['a code is marked before it is redeemed', 'record.redeemed === true || !(await codes.redeem(code))', 'false'],
      ['a replay ends the grant', 'if (grant !== undefined) await grants.end(grant);', ''],
      [
        'a replay before the grant ends it too',
        'if (await codes.granted(code, origin)) await grants.end(origin);',
        'await codes.granted(code, origin);',
      ],
      [
        'an unusable upstream token is ended',
        'if (tokens.refreshToken !== undefined) await upstream.revoke(tokens.refreshToken);',
        '',
      ],
      [
        'a client that is used is kept',
        "if (client.kind === 'dynamic') await services.registrations.used(client.id);",
        '',
      ],
      ['a provider that fails spends no code', 'await codes.release(code);', ''],
    ],
  ),
  ...mutantsOf(
    'broker/flows/tokens-reply.ts',
    ['upstream token'],
    [GRANT],
    [
      [
        'no scope beyond what was approved',
        '!verified.value.scopes.every((scope) => allowed.includes(scope))',
        'false',
      ],
      ['a token without its grant’s key is not handed out', 'if (origin === undefined) {', 'if (false) {'],
    ],
  ),
  ...mutantsOf(
    'broker/services.ts',
    ['upstream token'],
    [GRANT],
    [
      [
        'a token is judged as the guard will judge it',
        'return claims.ok ? decidePrincipal(claims.value, facts, clock() / 1000) : claims;',
        "const scope = String(claims.ok && claims.value.scope); return claims.ok ? { ok: true, value: { kind: 'user', id: String(claims.value.sub), client: '', groups: [], scopes: [...facts.scopes].filter((name) => scope.includes(facts.scopePrefix + name)), claims: claims.value } } : claims;",
      ],
      [
        'the signature of an upstream token is verified',
        'await verifySignature(accessToken)',
        "{ ok: true as const, value: JSON.parse(Buffer.from(accessToken.split('.')[1] ?? '', 'base64url').toString()), refusal: verifySignature }",
      ],
    ],
  ),
  ...mutantsOf(
    'broker/flows/refresh-grant.ts',
    ['refresh', 'upstream token'],
    [GRANT, PROPERTIES, FAULTS],
    [
      ['a handle is its client’s', 'record === undefined || record.client !== client.id', 'record === undefined'],
      ['a revoked grant is not refreshed', 'if (grant.revoked !== undefined) {', 'if (false) {'],
      ['a refresh adds no scope', '!scopes.every((scope) => granted.includes(scope))', 'false'],
      [
        'a replay is not passed on to the provider',
        "if (judgeHandle(record, grant, now()).kind === 'replay') return replayed(grant, upstreamToken);",
        '',
      ],
      ['only the handle before may be retried', 'record.generation === grant.generation - 1 &&', ''],
      ['a retry is granted once', '&& grant.retry &&', '&&'],
      ['a retry has ten seconds', '&& now - grant.rotated <= RETRY_SECONDS', ''],
      ['a retry cannot be retried', 'retry: false }', 'retry: true }'],
      [
        'a handle never handed out is unknown',
        "if (record.generation > grant.generation) return { kind: 'unknown' };",
        '',
      ],
      ['a refresh stays in its sign-in', 'usable === undefined || usable.origin !== grant.id', 'usable === undefined'],
      ['a replay ends the grant', 'await grants.end(ended.id);', ''],
      ['a replay ends the upstream token', 'await upstream.revoke(token);', ''],
      ["the provider's refusal ends the grant", 'await grants.end(grant.id);', ''],
      ['a revoked grant’s upstream token ends when its handle comes by', 'await upstream.revoke(upstreamToken);', ''],
    ],
  ),
  ...mutantsOf(
    'broker/store/grants.ts',
    ['refresh', 'code'],
    [GRANT, FAULTS],
    [
      ['one refresh wins', '#generation = :was AND', '(#generation = :was OR #generation <> :was) AND'],
      [
        'a grant revoked meanwhile is not refreshed',
        'AND attribute_not_exists(#revoked)',
        'AND (attribute_exists(#revoked) OR attribute_not_exists(#revoked))',
      ],
      ['ending a grant marks it', 'set: { revoked: this.now() }', 'set: { ended: this.now() }'],
    ],
  ),
  ...mutantsOf(
    'broker/store/approvals.ts',
    [],
    [FLOWS, CONFIRMED],
    [
      ['an approval ends with its grant', '|| grant.revoked !== undefined', ''],
      ['an approval is its browser’s', '[browser, clientId,', '[clientId,'],
      ['an approval is its client’s', '[browser, clientId, redirectUri,', '[browser, redirectUri,'],
      [
        'an approval is its redirect URI’s',
        'clientId, redirectUri, [...scopes].sort()]',
        'clientId, [...scopes].sort()]',
      ],
      ['an approval is for its scopes', ', [...scopes].sort()]', ']'],
      ['an approval has its time', 'expires: this.now() + this.seconds', 'expires: this.now() + this.seconds * 100'],
    ],
  ),
  ...mutantsOf(
    'broker/flows/token.ts',
    ['code', 'refresh'],
    [GRANT],
    [
      [
        'tokens are for this resource',
        "(form.get('resource') ?? services.config.resource) !== services.config.resource",
        'false',
      ],
    ],
  ),
  ...mutantsOf(
    'broker/flows/revoke.ts',
    ['refresh'],
    [GRANT],
    [
      [
        'a client revokes its own grants alone',
        'grant !== undefined && grant.client === client.id',
        'grant !== undefined',
      ],
      ['revocation ends the grant', 'await services.grants.end(grant.id);', ''],
      [
        'revocation ends the upstream token',
        'if (grant.upstreamToken !== undefined) await services.upstream.revoke(grant.upstreamToken);',
        '',
      ],
      ['revocation needs the client', 'if (client === undefined)', 'if (false)'],
    ],
  ),
  ...mutantsOf(
    'broker/flows/machine-grant.ts',
    ['machine clients'],
    [GRANT, FAULTS],
    [
      ['machine clients are listed', '|| !config.machineClients.has(credentials.id)', ''],
      ['a machine client has a secret', 'credentials?.secret === undefined ||', 'credentials === undefined ||'],
      ['a machine asks for this resource', "(form.get('resource') ?? config.resource) !== config.resource", 'false'],
      ['a foreign scope alone is refused', 'if (asked.length > 0 && scopes.length === 0) {', 'if (false) {'],
      ['own scopes alone are passed on', 'asked.filter((scope) => own.has(scope))', 'asked'],
      ['a throttle is no refusal of the machine', 'if (saysNothing(response.status))', 'if (response.status >= 500)'],
    ],
  ),
  ...mutantsOf(
    'broker/broker.ts',
    [],
    [FAULTS, CONFIRMED, GRANT],
    [
      ['pages are for people', "mode !== 'navigate'", 'false'],
      ['a fault is a page for a person', 'if (PAGES.has(route)) {', 'if (false) {'],
      ['a fault stays inside', 'try again; error id ${request.requestId}', '${faultText(fault)}'],
      ['documents are read only', "if (request.method !== 'GET')", 'if (false)'],
    ],
  ),
  ...mutantsOf(
    'environment.ts',
    [],
    [CONFIRMED, 'guard/config'],
    [
      [
        'plain http is for loopback',
        "parsed?.protocol === 'http:' && isLoopback(parsed.hostname)",
        "parsed?.protocol === 'http:'",
      ],
      ['another contract is refused', 'if (version !== CONTRACT_VERSION) {', 'if (false) {'],
    ],
  ),
  ...mutantsOf(
    'broker/pages/html.ts',
    ['registration', 'parameters'],
    ['broker/pages/html', PROPERTIES],
    [
      [
        'what is put in a page is escaped',
        'return piece.replace(/[&<>"\'`]/g, (character) => ENTITY[character]!);',
        'return piece;',
      ],
      ['quotes are escaped', '/[&<>"\'`]/g', '/[&<>]/g'],
      ['an unquoted attribute is refused', 'if (/=\\s*$/.test(literals[index]!))', 'if (false)'],
    ],
  ),
  ...mutantsOf(
    'broker/pages/plain-text.ts',
    ['registration'],
    ['broker/pages/plain-text'],
    [
      ['invisible and turning characters are taken out', ".replace(INVISIBLE, '')", ''],
      ['a name is one line', ".replace(/[\\s\\p{Cc}]+/gu, ' ')", ''],
      ['a name is bounded', 'characters.length <= length', 'true'],
      ['marks do not pile up', ".replace(PILED_MARKS, '$1')", ''],
    ],
  ),
  ...mutantsOf(
    'broker/pages/headers.ts',
    ['consent'],
    ['broker/pages/headers'],
    [
      ['pages are not framed', " frame-ancestors 'none';", ''],
      ['pages are not framed by old browsers', "'X-Frame-Options': 'DENY',", ''],
      ['nothing is loaded and no script runs', "default-src 'none'", "default-src 'self'"],
      ['pages are kept by nobody', "'Cache-Control': 'no-store',", ''],
      ['the next site learns nothing', "'Referrer-Policy': 'no-referrer',", ''],
      ['a type is what it says', "'X-Content-Type-Options': 'nosniff',", ''],
    ],
  ),
  ...mutantsOf(
    'broker/pages/consent-page.ts',
    ['consent', 'registration'],
    ['broker/pages/consent-page'],
    [
      [
        'a self-registered client is called unverified',
        "const unverified = client.kind === 'dynamic';",
        'const unverified = false;',
      ],
      [
        'a program on this computer is warned of',
        'if (!unverified && !loopback) return nothing;',
        'if (!unverified) return nothing;',
      ],
      ['the redirect host is named', 'isolated(view.redirectHost, HOST_LENGTH)', "''"],
      ['the host of the metadata is named', "isolated(client.host ?? '', HOST_LENGTH)", "''"],
    ],
  ),
  ...mutantsOf(
    'broker/pages/layout.ts',
    [],
    ['broker/pages/consent-page'],
    [
      ['a support link is https or mailto', '|| !/^(https:\\/\\/|mailto:)/i.test(address)', ''],
      [
        'names keep their direction to themselves',
        'html`<bdi>${plainText(text, length)}</bdi>`',
        'html`${plainText(text, length)}`',
      ],
    ],
  ),
  ...mutantsOf(
    'broker/pages/color.ts',
    [],
    ['broker/pages/style'],
    [['a colour is a colour', '&& /^#[0-9a-f]{6}$/i.test(color)', '']],
  ),
];
