// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the texts are source code
/** The broker's defences against clients: how they become known, and how they prove themselves. */
import { type Mutant, mutantsOf } from './mutant';

const GRANT = 'broker/grant';
const FLOWS = 'broker/clients-in-flows';

export const CLIENT_MUTANTS: readonly Mutant[] = [
  ...mutantsOf(
    'broker/flows/client-authentication.ts',
    ['client authentication'],
    [GRANT, FLOWS],
    [
      ['a public client brings no secret', 'return secret === undefined && assertion === undefined;', 'return true;'],
      [
        'a secret is compared',
        "return sameText(createHash('sha256').update(secret).digest('hex'), authentication.secretHash.toLowerCase());",
        'return true;',
      ],
      [
        'a confidential client brings its secret',
        'if (secret === undefined) return false;',
        'if (secret === undefined) return true;',
      ],
      [
        'a client that signs must sign',
        'assertion !== undefined && assertsClient',
        'assertion === undefined || assertsClient',
      ],
      ['one method at a time', 'basic !== undefined && alone &&', 'basic !== undefined &&'],
      ['header and form name one client', '(inForm === undefined || inForm === basic.id)', 'true'],
      ['assertions are of one type', "form.get('client_assertion_type') !== ASSERTION_TYPE ||", ''],
      ['an assertion stands alone', "|| form.has('client_secret')) return undefined;", ') return undefined;'],
    ],
  ),
  ...mutantsOf(
    'broker/flows/client-assertion.ts',
    ['client authentication'],
    [FLOWS],
    [
      ['an assertion is of its issuer', 'issuer: client,', ''],
      ['an assertion is of its subject', 'subject: client,', ''],
      ['an assertion is for this server', 'audience: [issuer, `${issuer}/oauth2/token`],', ''],
      ['an assertion ends', "requiredClaims: ['exp', 'jti'],", ''],
      ['an assertion ends soon', 'expires > now() + MAX_AGE ||', ''],
      ['the id of an assertion is a text', "typeof payload.jti !== 'string' ||", ''],
      ['an assertion has one audience', '|| Array.isArray(payload.aud)', ''],
      ['an assertion is good once', '{ ifAbsent: true }', '{}'],
      [
        'an assertion is signed',
        'await jwtVerify(assertion,',
        "await (async (..._given: unknown[]) => ({ payload: JSON.parse(Buffer.from(assertion.split('.')[1] ?? '', 'base64url').toString()) }))(assertion,",
      ],
    ],
  ),
  ...mutantsOf(
    'broker/flows/register.ts',
    ['registration'],
    [GRANT, FLOWS],
    [
      [
        'registration is off unless it is on',
        'const dynamic = config.clients.dynamic;',
        'const dynamic = config.clients.dynamic ?? { perSourcePerHour: 9, perDay: 99, unusedSeconds: 99 };',
      ],
      [
        'registrations are counted per source',
        '(await counters.count(`register-from-${networkOf(request.source)}`, dynamic.perSourcePerHour, HOUR)) &&',
        '',
      ],
      ['registrations are counted in all', "(await counters.count('register', dynamic.perDay, DAY))", 'true'],
      [
        'what a source is refused does not count against others',
        '(await counters.count(`register-from-${networkOf(request.source)}`, dynamic.perSourcePerHour, HOUR)) &&',
        "(await counters.count('register', dynamic.perDay, DAY)) && (await counters.count(`register-from-${networkOf(request.source)}`, dynamic.perSourcePerHour, HOUR)) &&",
      ],
      ['registrations are bounded', 'if (body.length > MAX_BODY) return undefined;', ''],
    ],
  ),
  ...mutantsOf(
    'broker/network-of.ts',
    ['registration', 'metadata documents'],
    [],
    [
      ['an IPv6 subscriber is one source', 'address instanceof ipaddr.IPv6', 'false'],
      ['IPv6 networks are told apart', '.slice(0, PARTS_OF_64)', '.slice(0, 1)'],
    ],
  ),
  ...mutantsOf(
    'broker/store/counters.ts',
    ['registration', 'metadata documents'],
    [GRANT],
    [['counts have limits', 'Number(counted?.times) <= limit', 'counted !== undefined']],
  ),
  ...mutantsOf(
    'broker/store/registrations.ts',
    ['registration'],
    [GRANT],
    [['an unused client expires', 'expires: this.now() + unusedSeconds', 'expires: this.now() + unusedSeconds * 100']],
  ),
  ...mutantsOf(
    'broker/clients/registration.ts',
    ['registration', 'redirect URI'],
    [GRANT],
    [
      ['only public clients register', "if (method !== 'none')", 'if (false)'],
      ['no other grants are registered', '|| !grants.every((grant) => SUPPORTED_GRANTS.includes(grant))', ''],
      [
        'no other responses are registered',
        "responses === undefined || responses.length !== 1 || responses[0] !== 'code'",
        'false',
      ],
      [
        'a type of application is one',
        "applicationType !== undefined && applicationType !== 'native' && applicationType !== 'web'",
        'false',
      ],
      ['a registered name is bounded', '|| clientName.length > MAX_NAME', ''],
      ['a registered name is text', "typeof clientName !== 'string' ||", ''],
      ['redirect URIs are fit to be registered', '|| !uris.every(isRegistrableRedirect)', ''],
      ['redirect URIs are few', '|| uris.length > MAX_REDIRECT_URIS', ''],
      ['a redirect URI is registered', '|| uris.length === 0', ''],
    ],
  ),
  ...mutantsOf(
    'broker/clients/registrable-redirect.ts',
    ['redirect URI'],
    ['broker/clients/registrable-redirect'],
    [
      ['registered: plain characters', 'PLAIN.test(uri) &&', ''],
      ['registered: https or loopback', '(HTTPS.test(uri) || LOOPBACK.test(uri)) &&', ''],
      ['registered: bounded', 'uri.length <= LENGTH &&', ''],
      ['registered: an address', '&& URL.canParse(uri)', ''],
    ],
  ),
  ...mutantsOf(
    'broker/clients/find-client.ts',
    ['registration', 'metadata documents'],
    [],
    [
      [
        'a registered client is unknown where registration is off',
        'clients.dynamic && sources.registrations.find(id)',
        'sources.registrations.find(id)',
      ],
    ],
  ),
  ...mutantsOf(
    'broker/clients/client-id-url.ts',
    ['metadata documents'],
    ['broker/clients/client-id-url'],
    [
      ['an id is bounded', 'if (clientId.length > LENGTH)', 'if (false)'],
      ['an id is https', 'if (!isClientIdUrl(clientId))', 'if (false)'],
      ['an id is in its plain form', 'if (url?.href !== clientId) {', 'if (url === undefined) {'],
      ['an id has no user', "if (url.username !== '' || url.password !== '')", 'if (false)'],
      ['an id has no fragment', "if (clientId.includes('#'))", 'if (false)'],
      ['an id has no query', "if (clientId.includes('?'))", 'if (false)'],
      ['an id has a path', "if (url.pathname === '/')", 'if (false)'],
      ['an id has no hidden dot segment', 'if (hidesDotSegment(url.pathname))', 'if (false)'],
      ['an id is on a host that was named', 'if (!allowedHosts.includes(url.host))', 'if (false)'],
      [
        'hosts match exactly',
        '!allowedHosts.includes(url.host)',
        '!allowedHosts.some((host) => url.host.endsWith(host))',
      ],
    ],
  ),
  ...mutantsOf(
    'broker/clients/addresses.ts',
    ['metadata documents'],
    ['broker/clients/addresses'],
    [
      ['special addresses are not public', "parsed.range() === 'unicast' &&", ''],
      ['IPv6 is what was assigned', '(!(parsed instanceof ipaddr.IPv6) || parsed.match(GLOBAL_IPV6))', 'true'],
      ['an address with a zone is not public', "|| address.includes('%')", ''],
      ['an address is written as a resolver writes it', 'isIP(address) === 0 ||', ''],
    ],
  ),
  ...mutantsOf(
    'broker/clients/document-fetch.ts',
    ['metadata documents'],
    ['broker/clients/document-fetch'],
    [
      ['documents come by https', "url.protocol !== 'https:' ||", ''],
      ['documents come without a user', "|| url.username !== '' || url.password !== ''", ''],
      ['documents come from names', "if (url.hostname.startsWith('[') || isIP(url.hostname) !== 0)", 'if (false)'],
      ['addresses are public', 'if (offender !== undefined)', 'if (false)'],
      [
        'all addresses are public',
        'addresses.find(({ address }) => !isPublicAddress(address))',
        'addresses.slice(0, 1).find(({ address }) => !isPublicAddress(address))',
      ],
      ['the checked address is connected to', 'lookup,\n signal,', 'signal,'],
      ['a server is not waited for', 'lookup,\n signal,', 'lookup,'],
      ['certificates are verified', 'rejectUnauthorized: true', 'rejectUnauthorized: false'],
      ['only 200 is a document', 'if (statusCode !== 200)', 'if (false)'],
      ['a redirect is one', 'if (statusCode >= 300 && statusCode < 400)', 'if (false)'],
      ['only JSON is a document', 'if (!/^application\\/([\\w.-]+\\+)?json$/.test(type))', 'if (false)'],
      [
        'nothing is unfolded',
        "if ((headers['content-encoding'] ?? 'identity').trim().toLowerCase() !== 'identity')",
        'if (false)',
      ],
      ['a declared length is bounded', "if (Number(headers['content-length'] ?? 0) > bounds.bytes)", 'if (false)'],
      ['a body is bounded', 'if (size > limit)', 'if (false)'],
      ['a document is UTF-8', '{ fatal: true }', '{}'],
    ],
  ),
  ...mutantsOf(
    'broker/clients/http-cache.ts',
    [],
    ['broker/clients/http-cache'],
    [
      [
        'what must not be kept is not',
        "if (['no-store', 'no-cache', 'private'].some((name) => directives.has(name))) return 0;",
        '',
      ],
      ['what varies is not kept', "if (headers.vary?.split(',').some((name) => name.trim() === '*')) return 0;", ''],
      ['nothing is kept for ever', 'Math.min(Math.max(left, FLOOR), CEILING)', 'Math.max(left, FLOOR)'],
    ],
  ),
  ...mutantsOf(
    'broker/clients/metadata-document.ts',
    ['metadata documents', 'redirect URI'],
    ['broker/clients/metadata-document'],
    [
      ['a document names its address', 'if (document.client_id !== clientId) {', 'if (false) {'],
      ['a document has no secret', 'if (name in document)', 'if (false)'],
      [
        'a document’s grants and responses fit',
        'if (values !== undefined && !(Array.isArray(values) && values.includes(needed))) {',
        'if (false) {',
      ],
      ['a document’s name is bounded', '&& name.length <= NAME_LENGTH', ''],
      ['a document’s redirect URIs are few', '|| uris.length > REDIRECT_COUNT', ''],
      ['a document’s redirect URIs are fit', 'uris.filter(isRegistrableRedirect)', 'uris'],
      ['shared secrets are refused', "if (method !== 'private_key_jwt') {", 'if (false) {'],
      ['keys are in one place', 'if ((jwks === undefined) === (jwksUri === undefined)) {', 'if (false) {'],
      ['keys are on the document’s host', 'address.startsWith(`https://${host}/`) &&', ''],
      ['the address of keys is plain', 'new URL(address).href === address &&', ''],
    ],
  ),
  ...mutantsOf(
    'broker/clients/metadata-documents.ts',
    ['metadata documents'],
    [],
    [
      [
        'fetches are counted per source',
        '(await this.counters.count(`fetch-from-${networkOf(asker.source)}`, PER_SOURCE, WINDOW_SECONDS)) &&',
        '',
      ],
      [
        'fetches are counted per host',
        '(await this.counters.count(`fetch-of-${host}`, PER_HOST, WINDOW_SECONDS))',
        'true',
      ],
      ['a document grows old', 'Number(cached.freshUntil) > this.now()', 'true'],
      [
        'a document that must not be kept is not',
        'if (fetched.keepSeconds > 0) {',
        'if (true) { (fetched as { keepSeconds: number }).keepSeconds ||= 60;',
      ],
    ],
  ),
  ...mutantsOf(
    'broker/clients/public-keys.ts',
    [],
    ['broker/clients/public-keys', 'broker/defences'],
    [
      ['a private key is refused', 'if (SECRET_MEMBERS.some((member) => member in key)) {', 'if (false) {'],
      [
        'a symmetric key is refused',
        "!['RSA', 'EC', 'OKP'].includes(key.kty)",
        "!['RSA', 'EC', 'OKP', 'oct'].includes(key.kty)",
      ],
      ['keys are few', '|| keys.length > COUNT', ''],
      [
        'a key is its members',
        "MEMBERS.filter((name) => typeof key[name] === 'string').map((name) => [name, key[name]])",
        'Object.keys(key).map((name) => [name, key[name]])',
      ],
    ],
  ),
];
