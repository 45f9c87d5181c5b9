/** What holds whatever the input: redirect matching, scopes, sealing, parameters, cookies, pages, handles. */
import fc from 'fast-check';
import { judge, requestedScopes } from '../../../lambda/broker/authorization-request';
import type { Client } from '../../../lambda/broker/clients/client';
import { browserCookie } from '../../../lambda/broker/cookie';
import { judgeHandle } from '../../../lambda/broker/flows/refresh-grant';
import { consentPage } from '../../../lambda/broker/pages/consent-page';
import { parametersOf } from '../../../lambda/broker/parameters';
import { leadsToThisMachine, matchesRedirectUri } from '../../../lambda/broker/redirect-uri';
import { derive, hashOf, newHandle, type Purpose, sameText, seal, unseal } from '../../../lambda/broker/seal';
import { requestOf } from './support';

const scheme = fc.constantFrom('http', 'https', 'HTTPS', 'javascript', 'com.example.app');
const host = fc.constantFrom('client.example', 'evil.example', 'localhost', '127.0.0.1', '[::1]', '127.0.0.2', 'a@b');
const port = fc.option(fc.integer({ min: 0, max: 70_000 }), { nil: undefined });
const path = fc.constantFrom('', '/', '/cb', '/CB', '/cb/', '/cb?a=b', '/cb#x', '/%63b', '/../cb', '/cb\r\n');
const uri = fc
  .tuple(scheme, host, port, path)
  .map(([name, at, number, rest]) => `${name}://${at}${number === undefined ? '' : `:${number}`}${rest}`);

const partsOf = (text: string) => /^([^:]+):\/\/([^/?#]*?)(?::(\d+))?((?:[/?#][\s\S]*)?)$/.exec(text);

describe('redirect matching', () => {
  test('A6 what matches is the registered URI, or the same loopback URI with another port', () => {
    fc.assert(
      fc.property(uri, uri, (given, registered) => {
        if (!matchesRedirectUri(given, [registered]) || given === registered) return;
        const [one, other] = [partsOf(given), partsOf(registered)];
        expect([one?.[1], one?.[2], one?.[4]]).toEqual([other?.[1], other?.[2], other?.[4]]);
        expect(one?.[1]).toBe('http');
        expect(['localhost', '127.0.0.1', '[::1]']).toContain(one?.[2]);
      }),
      { numRuns: 2_000 },
    );
  });

  test('A6 a loopback URI matches on any port, and on no number that is none', () => {
    const registered = ['http://127.0.0.1/cb', 'http://localhost:3000/cb', 'http://[::1]/cb?x'];
    fc.assert(
      fc.property(fc.constantFrom(...registered), fc.integer({ min: -5, max: 99_999 }), (at, number) => {
        const given = at.replace(/(?::3000)?(\/cb.*)$/, `:${number}$1`);
        expect(matchesRedirectUri(given, registered)).toBe(number > 0 && number < 65_536);
      }),
    );
  });

  test.each(['http://client.example/cb', 'http://intranet/cb', 'https://localhost/cb', 'http://127.0.0.2/cb'])(
    'A6 the port of %s counts: it is no address of RFC 8252',
    (registered) => {
      expect(matchesRedirectUri(registered.replace('/cb', ':81/cb'), [registered])).toBe(false);
      expect(matchesRedirectUri(registered, [registered])).toBe(true);
    },
  );

  test('A6 of any text, only what is registered matches a web address', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (tail) => {
        const registered = 'https://client.example/cb';
        for (const given of [`${registered}${tail}`, `${tail}${registered}`, tail]) {
          expect(matchesRedirectUri(given, [registered])).toBe(given === registered);
        }
      }),
    );
  });

  test.each(['https://client.example/cb#x', 'https://client.example/a b', 'https://client.example\\@x/', 'no-uri'])(
    'A6 %j matches nothing, even where somebody registered it',
    (given) => expect(matchesRedirectUri(given, [given])).toBe(false),
  );

  test('A6 a URI without bound matches nothing', () => {
    const long = `https://client.example/${'x'.repeat(2_000)}`;
    expect(matchesRedirectUri(long, [long])).toBe(false);
  });

  test.each([
    'http://localhost:3/cb',
    'http://127.0.0.1/cb',
    'https://localhost/cb',
    'https://[::1]:1/',
    'com.app:/cb',
  ])('A7 %s leads to a program on the own machine', (given) => expect(leadsToThisMachine(given)).toBe(true));

  test.each(['https://client.example/cb', 'https://localhost.client.example/cb', 'https://127.0.0.1.example/'])(
    'A7 %s leads to the web',
    (given) => expect(leadsToThisMachine(given)).toBe(false),
  );
});

describe('scopes', () => {
  const facts = {
    resource: 'https://mcp.example.com/mcp',
    scopePrefix: 'https://mcp.example.com/mcp/',
    scopes: new Map([
      ['a', 'A'],
      ['b', 'B'],
      ['c:d', 'C'],
    ]),
    initialScopes: ['a'],
  };
  const wire = (name: string) => `${facts.scopePrefix}${name}`;
  const name = fc.oneof(fc.constantFrom(...[...facts.scopes.keys()].map(wire), 'a', 'openid'), fc.string());
  const asked = fc.array(name, { maxLength: 8 }).map((names) => names.join(' '));

  test('what is granted was asked for and is declared; the initial scopes where nothing was', () => {
    fc.assert(
      fc.property(asked, (scope) => {
        const names = scope.split(' ').filter((each) => each !== '');
        const granted = requestedScopes(scope, facts);
        if (names.length === 0) return expect(granted).toEqual(['a']);
        for (const each of granted) expect(facts.scopes.has(each) && names.includes(wire(each))).toBe(true);
        expect(new Set(granted).size).toBe(granted.length);
      }),
    );
  });

  test('asking again for what was granted grants the same', () => {
    fc.assert(
      fc.property(asked, (scope) => {
        const granted = requestedScopes(scope, facts);
        if (granted.length > 0) expect(requestedScopes(granted.map(wire).join(' '), facts)).toEqual(granted);
      }),
    );
  });

  test('A6 whatever a request says, it redirects nowhere but to a registered URI', () => {
    const client: Client = {
      id: 'app',
      kind: 'dynamic',
      name: 'App',
      redirectUris: ['https://client.example/cb'],
      authentication: { method: 'none' },
    };
    const value = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.constantFrom('code', 'S256', 'none', ...client.redirectUris),
    );
    fc.assert(
      fc.property(fc.dictionary(fc.constantFrom(...requestOf.names), value), (given) => {
        const judged = judge(new Map(Object.entries(given)), client, facts);
        if (judged.kind === 'redirect') expect(client.redirectUris).toContain(judged.fault.redirectUri);
        if (judged.kind === 'valid') expect(client.redirectUris).toContain(judged.request.redirectUri);
      }),
    );
  });
});

describe('sealing', () => {
  const purpose = fc.constantFrom<Purpose>('code', 'refresh', 'pkce');
  const text = fc.string({ unit: 'grapheme' });

  test('A11 what was sealed opens with its handle and purpose, and is another text every time', () => {
    fc.assert(
      fc.property(text, purpose, (secret, what) => {
        const handle = newHandle();
        const sealed = seal(handle, what, secret);
        expect(unseal(handle, what, sealed)).toBe(secret);
        expect(seal(handle, what, secret)).not.toBe(sealed);
      }),
    );
  });

  test('A11 it opens with nothing else: no other handle, no other purpose, no bit changed, nothing cut off', () => {
    fc.assert(
      fc.property(text, purpose, purpose, fc.nat(), fc.nat({ max: 7 }), (secret, what, other, at, bit) => {
        const handle = newHandle();
        const sealed = seal(handle, what, secret);
        expect(unseal(newHandle(), what, sealed)).toBeUndefined();
        if (other !== what) expect(unseal(handle, other, sealed)).toBeUndefined();
        const bytes = Buffer.from(sealed, 'base64url');
        const cut = bytes.subarray(0, at % bytes.length).toString('base64url');
        expect(unseal(handle, what, cut)).toBeUndefined();
        const place = at % bytes.length;
        bytes[place] = (bytes[place] ?? 0) ^ (1 << bit);
        expect(unseal(handle, what, bytes.toString('base64url'))).toBeUndefined();
      }),
    );
  });

  test('A10 what is derived from a handle tells nothing of it, and differs by purpose', () => {
    const handle = newHandle();
    const derived = [derive(handle, 'code'), derive(handle, 'pkce'), hashOf(handle), handle];
    expect(new Set(derived).size).toBe(4);
    expect(derive(handle, 'pkce')).toBe(derive(handle, 'pkce'));
  });

  test('comparison is equality', () => {
    fc.assert(fc.property(text, text, (one, other) => sameText(one, one) && sameText(one, other) === (one === other)));
  });
});

describe('parameters', () => {
  test('every name once, with its value as it was encoded; a name given twice gives none', () => {
    const entries = fc.array(fc.tuple(fc.string({ minLength: 1 }), fc.string()), { maxLength: 6 });
    fc.assert(
      fc.property(entries, (given) => {
        const parameters = parametersOf(new URLSearchParams(given).toString());
        const names = new Set(given.map(([each]) => each));
        if (names.size !== given.length) return expect(parameters).toBeUndefined();
        expect([...(parameters ?? [])]).toEqual(given);
      }),
    );
  });

  test('whatever the text, reading it ends', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 200 }), (given) => {
        parametersOf(given);
      }),
    );
  });
});

describe('the cookie', () => {
  test.each([false, true])('A7 what is written is read back, whatever stands beside it (plain http: %s)', (plain) => {
    const cookie = browserCookie(plain);
    const beside = fc.array(fc.stringMatching(/^[a-z]{1,8}=[a-z]{0,8}$/), { maxLength: 4 });
    fc.assert(
      fc.property(beside, beside, (before, after) => {
        const value = newHandle();
        const pair = cookie.write(value, 60).split(';')[0] ?? '';
        expect(cookie.read([[...before, pair, ...after].join('; ')])).toBe(value);
        expect(cookie.read([...before, pair, ...after])).toBe(value);
        expect(cookie.read([...before, pair, ...after, pair])).toBeUndefined();
      }),
    );
  });

  test('A7 whatever the header, only the form of a handle is ever read', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        const read = browserCookie(false).read([`__Host-mcp-tx=${text}`]);
        if (read !== undefined) expect(read).toMatch(/^[\w-]{43}$/);
      }),
    );
  });
});

test('A7 whatever a client calls itself, the page has the same tags and attributes', () => {
  const skeleton = (name: string) => {
    const page = consentPage({ ...requestOf.view, client: { kind: 'dynamic', name } });
    return page.replace(/>[^<]*</g, '><').replace(/"[^"]*"/g, '""');
  };
  const honest = skeleton('Tool');
  const piece = fc.constantFrom('<', '>', '"', "'", '`', '&', '</h1>', '<script>', '&lt;', 'onload=', '\u202e', ' ');
  const name = fc
    .array(fc.oneof(piece, fc.string({ unit: 'binary' })), { maxLength: 6 })
    .map((parts) => `a${parts.join('')}`);
  fc.assert(fc.property(name, (given) => expect(skeleton(given)).toBe(honest)));
});

describe('refresh handles', () => {
  interface Grant {
    generation: number;
    rotated: number;
    retry: boolean;
  }

  /** Presents handles, each by its number, at times; gives the handles that still work in the end. */
  function play(steps: readonly (readonly [handle: number, wait: number])[]) {
    const grant: Grant = { generation: 1, rotated: 0, retry: false };
    const accepted: { handle: number; at: number; generation: number }[] = [];
    let now = 0;
    for (const [handle, wait] of steps) {
      now += wait;
      const verdict = judgeHandle({ generation: handle }, grant, now);
      if (verdict.kind === 'replay') return { ended: { handle, at: now, grant }, accepted, grant, now };
      if (verdict.kind === 'unknown') continue;
      accepted.push({ handle, at: now, generation: verdict.generation });
      Object.assign(grant, { generation: verdict.generation, rotated: now, retry: verdict.retry });
    }
    return { ended: undefined, accepted, grant, now };
  }

  const steps = fc.array(fc.tuple(fc.integer({ min: 1, max: 8 }), fc.integer({ min: 0, max: 12 })), { maxLength: 30 });

  test('A11 whoever presents which handle when: one line of handles, each answered at most twice, within ten seconds', () => {
    fc.assert(
      fc.property(steps, (given) => {
        const { accepted } = play(given);
        const generations = accepted.map(({ generation }) => generation);
        expect(new Set(generations).size).toBe(generations.length);
        for (const handle of new Set(accepted.map((each) => each.handle))) {
          const times = accepted.filter((each) => each.handle === handle).map(({ at }) => at);
          expect(times.length).toBeLessThanOrEqual(2);
          expect((times[1] ?? times[0] ?? 0) - (times[0] ?? 0)).toBeLessThanOrEqual(10);
        }
      }),
      { numRuns: 2_000 },
    );
  });

  test('A11 a handle of the past ends the grant, a handle nobody was given does nothing', () => {
    fc.assert(
      fc.property(steps, fc.integer({ min: 1, max: 40 }), (given, handle) => {
        const { ended, grant, now } = play(given);
        if (ended !== undefined) return;
        const verdict = judgeHandle({ generation: handle }, grant, now + 11);
        const expected = handle > grant.generation ? 'unknown' : handle === grant.generation ? 'next' : 'replay';
        expect(verdict.kind).toBe(expected);
      }),
      { numRuns: 2_000 },
    );
  });

  test('A11 after a retry nothing but the newest handle is taken', () => {
    const retried = { generation: 3, rotated: 0, retry: false };
    expect([1, 2, 3, 4].map((generation) => judgeHandle({ generation }, retried, 0).kind)).toEqual([
      'replay',
      'replay',
      'next',
      'unknown',
    ]);
  });
});
