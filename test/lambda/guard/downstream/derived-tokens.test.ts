/** Tokens for the services behind tools: what is asked of the provider, what is handed out, what is kept. */
import { derivedTokens } from '../../../../lambda/guard/downstream/derived-tokens';
import { cognitoExchange, type ExchangeToken } from '../../../../lambda/guard/downstream/exchange-token';
import { TokenUnavailable } from '../../../../lambda/guard/downstream/token-unavailable';
import { ADMIN, CONFIG, MACHINE, RESOURCE, read, USER, write } from '../../../support/guard';

const BILLING = 'https://billing.example.com';
const NOW = Date.parse('2026-11-22T00:00:00Z');
const config = {
  ...CONFIG,
  policy: {
    ...CONFIG.policy,
    downstream: [
      { audience: BILLING, scopes: ['notes:read', 'notes:write'] },
      { audience: 'archive', scopes: ['notes:write'] },
    ],
  },
};

function deriving(issue: ExchangeToken = async (subject, { audience }) => tokenOf(subject, audience)) {
  const asked: Parameters<ExchangeToken>[] = [];
  let now = NOW;
  const exchange: ExchangeToken = (...all) => {
    asked.push(all);
    return issue(...all);
  };
  const derive = derivedTokens(config, exchange, () => now);
  const pass = (seconds: number) => {
    now += seconds * 1000;
  };
  return { derive, asked, pass };
}

function tokenOf(subject: string, audience: string, seconds = 900) {
  return { accessToken: `${subject} for ${audience}`, expiresAt: NOW / 1000 + seconds };
}

describe('derived tokens', () => {
  test('A14 are asked for the audience, with those of its scopes that the caller holds', async () => {
    const { derive, asked } = deriving();
    expect(await derive(USER, 'subject', BILLING)).toEqual(tokenOf('subject', BILLING));
    await derive(ADMIN, 'other', BILLING);
    expect(asked).toEqual([
      ['subject', { audience: BILLING, scopes: [read] }],
      ['other', { audience: BILLING, scopes: [read, write] }],
    ]);
  });

  test('A14 are used again for the same token and audience until a minute before their end', async () => {
    const { derive, asked, pass } = deriving();
    await Promise.all([derive(ADMIN, 'subject', BILLING), derive(ADMIN, 'subject', BILLING)]);
    pass(839);
    await derive(ADMIN, 'subject', BILLING);
    expect(asked).toHaveLength(1);
    expect(await derive(ADMIN, 'subject', 'archive')).toEqual(tokenOf('subject', 'archive'));
    expect(await derive(ADMIN, 'another', BILLING)).toEqual(tokenOf('another', BILLING));
    pass(2);
    await derive(ADMIN, 'subject', BILLING);
    expect(asked).toHaveLength(4);
  });

  test('T8 are kept in a bounded number', async () => {
    const { derive, asked } = deriving();
    for (let user = 0; user <= 1_000; user++) await derive(ADMIN, `subject-${user}`, BILLING);
    await derive(ADMIN, 'subject-0', BILLING);
    expect(asked).toHaveLength(1_002);
    await derive(ADMIN, 'subject-999', BILLING);
    expect(asked).toHaveLength(1_002);
  });

  test('A14 a failure is not remembered', async () => {
    let fails = true;
    const { derive } = deriving(async (subject, { audience }) => {
      if (fails) throw new TokenUnavailable(audience, 'down', true);
      return tokenOf(subject, audience);
    });
    await expect(derive(USER, 'subject', BILLING)).rejects.toThrow(TokenUnavailable);
    fails = false;
    expect(await derive(USER, 'subject', BILLING)).toEqual(tokenOf('subject', BILLING));
  });

  test('A14 an audience nobody declared is refused, with those that are', async () => {
    const { derive, asked } = deriving();
    await expect(derive(USER, 'subject', 'https://evil.example')).rejects.toThrow(
      `unknown audience 'https://evil.example': use one of '${BILLING}', 'archive', or declare it`,
    );
    expect(asked).toEqual([]);
  });

  test('A14 there are none for a machine, nor for a caller without the scopes, nor without an exchange', async () => {
    const { derive, asked } = deriving();
    await expect(derive(MACHINE, 'subject', BILLING)).rejects.toThrow(/machine client.*its role/);
    await expect(derive(USER, 'subject', 'archive')).rejects.toThrow(/holds none of 'notes:write'.*access rule/);
    await expect(derivedTokens(config, undefined)(USER, 'subject', BILLING)).rejects.toThrow(/exchanges no tokens/);
    expect(asked).toEqual([]);
  });

  test('A14 this server itself is no service behind it', () => {
    const policy = { ...CONFIG.policy, downstream: [{ audience: RESOURCE, scopes: ['notes:read'] }] };
    expect(() => derivedTokens({ ...CONFIG, policy })).toThrow(/is this server itself/);
  });
});

describe('the exchange with Cognito', () => {
  const ISSUER = 'https://cognito-idp.eu-west-3.amazonaws.com/eu-west-3_Pool';
  const environment = { AWS_REGION: 'us-east-1', AWS_ACCESS_KEY_ID: 'AK', AWS_SECRET_ACCESS_KEY: 'SK' };

  function jwt(claims: object): string {
    return `e30.${Buffer.from(JSON.stringify(claims)).toString('base64url')}.c2ln`;
  }

  async function exchanged(answer: Response | Error) {
    const sent: Request[] = [];
    const fetcher = async (request: Request) => {
      sent.push(request);
      if (answer instanceof Error) throw answer;
      return answer.clone();
    };
    const exchange = cognitoExchange('client-1', ISSUER, environment, fetcher as typeof fetch);
    const outcome = await exchange('subject', { audience: BILLING, scopes: [read] }).catch((error) => error);
    return { outcome, sent };
  }

  test('A14 is a call signed with the role, at the pool’s own region, without a client secret', async () => {
    const issued = jwt({ aud: BILLING, exp: 1_800_000_000 });
    const { outcome, sent } = await exchanged(Response.json({ IssuedToken: issued, TokenType: 'Bearer' }));
    expect(outcome).toEqual({ accessToken: issued, expiresAt: 1_800_000_000 });
    const [request] = sent;
    expect(request?.url).toBe('https://cognito-idp.eu-west-3.amazonaws.com/');
    expect(request?.headers.get('x-amz-target')).toBe('AWSCognitoIdentityProviderService.GetDerivedToken');
    expect(request?.headers.get('authorization')).toMatch(/Credential=AK\/\d+\/eu-west-3\/cognito-idp\/aws4_request/);
    expect(await request?.json()).toEqual({
      ClientId: 'client-1',
      SubjectToken: 'subject',
      SubjectTokenType: 'ACCESS_TOKEN',
      RequestedTokenType: 'ACCESS_TOKEN',
      Audiences: [BILLING],
      Scopes: [read],
    });
  });

  test.each([
    ['for another audience', jwt({ aud: RESOURCE })],
    ['for this one and another', jwt({ aud: [BILLING, RESOURCE] })],
    ['for none', jwt({})],
    ['that cannot be read', 'opaque'],
    ['that is no text', 7],
  ])('A14 hands out no token %s', async (_name, IssuedToken) => {
    const { outcome } = await exchanged(Response.json({ IssuedToken }));
    expect(outcome).toBeInstanceOf(TokenUnavailable);
    expect(outcome).toMatchObject({ audience: BILLING, retryable: false });
  });

  test('A14 a list of one audience is that audience', async () => {
    const { outcome } = await exchanged(Response.json({ IssuedToken: jwt({ aud: [BILLING], exp: 7 }) }));
    expect(outcome).toMatchObject({ expiresAt: 7 });
  });

  test.each<[string, Response | Error, boolean]>([
    ['refuses', Response.json({ __type: 'OperationNotEnabledException' }, { status: 400 }), false],
    ['is asked too often', Response.json({ __type: 'TooManyRequestsException' }, { status: 400 }), true],
    ['fails', Response.json({ __type: 'InternalErrorException' }, { status: 500 }), true],
    ['does not answer', new Error('connect ECONNREFUSED with subject'), true],
  ])(
    'A14 says to use other credentials when the provider %s, and nothing of the token',
    async (_name, answer, retryable) => {
      const { outcome } = await exchanged(answer);
      expect(outcome).toMatchObject({ name: 'TokenUnavailable', retryable });
      expect(outcome.message).toContain("call it with the server's own credentials (its role)");
      expect(outcome.message).not.toContain('subject');
      expect(outcome.cause).toBeUndefined();
    },
  );
});
