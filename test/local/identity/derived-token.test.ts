/** Token exchange at the cognito-idp origin. */
import { issuerRoutes } from '../../../local/identity/routes';
import { app, claimsOf, machine, poolConfig, READ, RESOURCE, TestPool, WRITE } from './fixture';

const exchanger = {
  ...machine,
  clientId: 'exchange12345',
  clientSecret: 'exchange-secret',
  scopes: [READ],
  tokenExchange: true,
};
const signed = { authorization: 'AWS4-HMAC-SHA256 Credential=a/b, SignedHeaders=host, Signature=c' };

async function start() {
  const pool = await TestPool.create({ clients: [app, machine, exchanger] });
  const { access_token: subject } = await pool.tokens('ada', { scope: `${READ} ${WRITE}`, resource: RESOURCE });
  const routes = issuerRoutes([pool.pool], () => {});
  const exchange = async (change: Record<string, unknown> = {}, headers: Record<string, string> = signed) => {
    const input = {
      ClientId: exchanger.clientId,
      SubjectToken: subject,
      SubjectTokenType: 'ACCESS_TOKEN',
      Audiences: ['https://billing.example.com'],
      Scopes: [READ],
      ...change,
    };
    const target = { 'x-amz-target': 'AWSCognitoIdentityProviderService.GetDerivedToken' };
    const body = JSON.stringify(input);
    const request = new Request(poolConfig.issuer, { method: 'POST', headers: { ...headers, ...target }, body });
    const response = await routes(request);
    return { status: response.status, answer: (await response.json()) as Record<string, string> };
  };
  return { pool, subject, exchange };
}

test('a token for another audience, of the same user, with no scope the first lacks', async () => {
  const { subject, exchange } = await start();
  const { status, answer } = await exchange({ Scopes: [READ, WRITE, 'openid'] });
  expect(status).toBe(200);
  expect(answer).toMatchObject({ TokenType: 'Bearer', ExpiresIn: 900, Scopes: [READ] });
  const { sub, origin_jti } = claimsOf(subject);
  const audience = { aud: 'https://billing.example.com', client_id: exchanger.clientId, scope: READ };
  expect(claimsOf(answer.IssuedToken)).toMatchObject({ sub, origin_jti, token_use: 'access', ...audience });
});

test.each<[string, string, Record<string, unknown>, Record<string, string>]>([
  ['without a signature', 'NotAuthorizedException', {}, {}],
  ['with a wrong secret', 'NotAuthorizedException', { ClientSecret: 'wrong' }, signed],
  ['by a client without the flow', 'OperationNotEnabledException', { ClientId: machine.clientId }, signed],
  ['by an unknown client', 'ResourceNotFoundException', { ClientId: 'nobody' }, signed],
  ['of a token that is none', 'NotAuthorizedException', { SubjectToken: 'x.y.z' }, signed],
  ['for two audiences', 'InvalidParameterException', { Resources: ['https://other.example.com'] }, signed],
  ['for none', 'InvalidParameterException', { Audiences: [] }, signed],
])('refuses an exchange %s', async (_name, type, change, headers) => {
  const { exchange } = await start();
  expect(await exchange(change, headers)).toMatchObject({ status: 400, answer: { __type: type } });
});

test('refuses an exchange for a machine, and after the user was disabled', async () => {
  const { pool, exchange } = await start();
  const credentials = { client_id: machine.clientId, client_secret: machine.clientSecret };
  const issued = await pool.post('/oauth2/token', { grant_type: 'client_credentials', ...credentials } as never);
  const { access_token: SubjectToken } = (await issued.json()) as Record<string, string>;
  expect((await exchange({ SubjectToken })).answer.__type).toBe('UserNotFoundException');
  for (const user of pool.pool.store.users.values()) user.enabled = false;
  expect((await exchange()).answer.__type).toBe('UserNotFoundException');
});
