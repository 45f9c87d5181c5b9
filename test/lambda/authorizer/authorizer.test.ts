import type { APIGatewayRequestAuthorizerEvent } from 'aws-lambda';
import { createAuthorizer } from '../../../lambda/authorizer/authorizer';
import { configFrom } from '../../../lambda/authorizer/config';
import type { LogRecord } from '../../../lambda/guard/audit';
import { signatureVerifier } from '../../../lambda/guard/tokens/signature';
import { AuthorizerVariable, CONTRACT_VERSION } from '../../../lib/private/contract';
import {
  CONFIG,
  ISSUER,
  type Keys,
  MACHINE_CLIENT,
  machineClaims,
  makeKeys,
  RESOURCE,
  sign,
  USER_CLIENT,
  userClaims,
} from '../../support/guard';

const ENVIRONMENT = {
  [AuthorizerVariable.contract]: CONTRACT_VERSION,
  [AuthorizerVariable.server]: 'notes',
  [AuthorizerVariable.resource]: RESOURCE,
  [AuthorizerVariable.tokenIssuer]: ISSUER,
  [AuthorizerVariable.jwksUri]: CONFIG.jwksUri,
  [AuthorizerVariable.scopePrefix]: `${RESOURCE}/`,
  [AuthorizerVariable.userClients]: USER_CLIENT,
  [AuthorizerVariable.machineClients]: MACHINE_CLIENT,
  [AuthorizerVariable.scopes]: 'notes:read notes:write',
};

const API = 'arn:aws:execute-api:eu-central-1:111122223333:abc123/live';

let keys: Keys;
let strangers: Keys;

beforeAll(async () => {
  [keys, strangers] = await Promise.all([makeKeys(), makeKeys()]);
});

function eventOf(authorization: readonly string[], method = 'POST'): APIGatewayRequestAuthorizerEvent {
  return {
    type: 'REQUEST',
    methodArn: `${API}/${method}/mcp`,
    multiValueHeaders: { Authorization: [...authorization] },
    requestContext: { requestId: 'gateway-1' },
  } as unknown as APIGatewayRequestAuthorizerEvent;
}

function authorizer(environment: Record<string, string> = {}, fetcher = keys.fetcher, clock = Date.now) {
  const records: LogRecord[] = [];
  const config = configFrom({ ...ENVIRONMENT, ...environment });
  const { issuer, profile } = config.tokens;
  const authorize = createAuthorizer(config, {
    verifySignature: signatureVerifier({ issuer, jwksUri: config.jwksUri, profile }, fetcher),
    log: (record) => records.push(record),
    clock,
  });
  return { records, authorize, ask: (token: string) => authorize(eventOf([`Bearer ${token}`])) };
}

describe('a token for this server', () => {
  test('T1 is let through to the MCP path of this stage, by whatever method it comes first', async () => {
    const { authorize } = authorizer();
    const token = await sign(keys, userClaims());
    const answers = await Promise.all(['POST', 'GET', 'DELETE'].map((m) => authorize(eventOf([`Bearer ${token}`], m))));
    for (const { policyDocument } of answers) {
      expect(policyDocument.Statement).toEqual([
        {
          Action: 'execute-api:Invoke',
          Effect: 'Allow',
          Resource: ['POST', 'GET', 'DELETE'].map((method) => `${API}/${method}/mcp`),
        },
      ]);
    }
  });

  test('O6 names its bearer for the access log, and hands out nothing of the token', async () => {
    const token = await sign(keys, userClaims());
    const answer = await authorizer().ask(token);
    expect(answer).toMatchObject({ principalId: 'user-1', context: { kind: 'user', client: USER_CLIENT } });
    expect(Object.keys(answer.context ?? {})).toEqual(['kind', 'client']);
    expect(JSON.stringify(answer)).not.toContain(token.split('.')[2]);
  });

  test('T1 of a machine client that is listed passes too', async () => {
    const answer = await authorizer().ask(await sign(keys, machineClaims()));
    expect(answer).toMatchObject({ principalId: MACHINE_CLIENT, context: { kind: 'machine' } });
  });

  test('A15 of a provider that is not Cognito is read as its profile says', async () => {
    const profile = {
      types: ['at+jwt'],
      algorithms: ['RS256'],
      clientClaim: 'azp',
      scopeClaim: 'scp',
      scopePrefix: '',
      machineScopes: {},
    };
    const { ask } = authorizer({ [AuthorizerVariable.tokenProfile]: JSON.stringify(profile) });
    const { client_id: _client, scope: _scope, token_use: _use, ...claims } = userClaims();
    const foreign = { ...claims, azp: USER_CLIENT, scp: ['notes:read'] };
    await expect(ask(await sign(keys, foreign, { typ: 'at+jwt' }))).resolves.toMatchObject({ principalId: 'user-1' });
    await expect(ask(await sign(keys, foreign, { typ: 'JWT' }))).rejects.toThrow(/^Unauthorized$/);
  });
});

const REFUSED: [string, string, () => Promise<string>][] = [
  ['of another issuer', 'token_issuer', () => sign(keys, userClaims({ iss: 'https://evil.example' }))],
  ['for another server', 'token_audience', () => sign(keys, userClaims({ aud: 'https://other.example/mcp' }))],
  ['of another client', 'token_client', () => sign(keys, userClaims({ client_id: 'stranger' }))],
  ['without a scope of this server', 'token_scope', () => sign(keys, userClaims({ scope: 'openid' }))],
  ['that is an ID token', 'token_use', () => sign(keys, userClaims({ token_use: 'id' }))],
  ['that expired', 'token_expired', () => sign(keys, userClaims({ exp: 1 }))],
  ['that is not valid yet', 'token_not_yet_valid', () => sign(keys, userClaims({ nbf: 4_000_000_000 }))],
  ['that somebody else signed', 'token_signature', () => sign(strangers, userClaims())],
  ['of a machine client nobody listed', 'token_client', () => sign(keys, machineClaims({ client_id: 'm2' }))],
  ['that is none', 'token_malformed', async () => 'a.b.c'],
];

describe('a token', () => {
  test.each(REFUSED)('T1 %s is refused with the one word API Gateway answers 401 to', async (_what, reason, token) => {
    const { ask, records } = authorizer();
    await expect(ask(await token())).rejects.toThrow(/^Unauthorized$/);
    expect(records).toMatchObject([
      { type: 'audit', decision: 'refuse', reason, status: 401, requestId: 'gateway-1', server: 'notes' },
    ]);
  });

  test('T1 sent twice is none: the guard would read both', async () => {
    const token = await sign(keys, userClaims());
    const { authorize } = authorizer();
    await expect(authorize(eventOf([`Bearer ${token}`, 'Bearer x']))).rejects.toThrow(/^Unauthorized$/);
  });

  test.each(['Bearer ü\u4e2d', 'Bearer a\u0000b', 'Bearer a\nb', ''])(
    'T1 with characters that no header has (%j) is none, and no failure of ours',
    async (value) => {
      await expect(authorizer().authorize(eventOf([value]))).rejects.toThrow(/^Unauthorized$/);
    },
  );

  test('T1 of another scheme is none', async () => {
    const token = await sign(keys, userClaims());
    await expect(authorizer().authorize(eventOf([`Basic ${token}`]))).rejects.toThrow(/^Unauthorized$/);
  });

  test('T1 that was let through and expired since is refused', async () => {
    let now = Date.now();
    const { ask } = authorizer({}, keys.fetcher, () => now);
    const token = await sign(keys, userClaims());
    await expect(ask(token)).resolves.toBeDefined();
    now += 901_000;
    await expect(ask(token)).rejects.toThrow(/^Unauthorized$/);
  });

  test('O6 is in no log line', async () => {
    const { ask, records } = authorizer();
    const token = await sign(strangers, userClaims());
    await ask(token).catch(() => {});
    expect(JSON.stringify(records)).not.toContain(token.split('.')[1]);
  });
});

test('T1 keys that cannot be had are no fault of the token: not Unauthorized, so that it is tried again', async () => {
  const down = async () => {
    throw new TypeError('fetch failed');
  };
  const { ask, records } = authorizer({}, down as never);
  await expect(ask(await sign(keys, userClaims()))).rejects.toThrow(/^keys_unavailable$/);
  expect(records).toMatchObject([{ reason: 'keys_unavailable', status: 503 }]);
});

test.each([
  AuthorizerVariable.contract,
  AuthorizerVariable.resource,
  AuthorizerVariable.tokenIssuer,
  AuthorizerVariable.jwksUri,
  AuthorizerVariable.scopes,
])('T1 fails at cold start without %s', (name) => {
  expect(() => configFrom({ ...ENVIRONMENT, [name]: '' })).toThrow(new RegExp(name));
});
