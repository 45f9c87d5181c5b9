import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import { BrokerVariable, CONTRACT_VERSION } from '../../../lib/private/contract';

const environment = {
  [BrokerVariable.contract]: CONTRACT_VERSION,
  [BrokerVariable.server]: 'notes',
  [BrokerVariable.resource]: 'https://mcp.example.com/mcp',
  [BrokerVariable.resourceName]: 'Notes',
  [BrokerVariable.issuer]: 'https://mcp.example.com',
  [BrokerVariable.scopePrefix]: 'https://mcp.example.com/mcp/',
  [BrokerVariable.scopes]: '{"notes:read":"Read your notes","notes:write":"Change your notes"}',
  [BrokerVariable.initialScopes]: 'notes:read',
  [BrokerVariable.tokenIssuer]: 'https://cognito-idp.eu-central-1.amazonaws.com/pool',
  [BrokerVariable.jwksUri]: 'https://cognito-idp.eu-central-1.amazonaws.com/pool/.well-known/jwks.json',
  [BrokerVariable.upstreamClient]: 'upstream-client',
  [BrokerVariable.upstreamSecret]: 'arn:aws:secretsmanager:eu-central-1:111122223333:secret:upstream',
  [BrokerVariable.upstreamAuthorize]: 'https://login.example.com/oauth2/authorize',
  [BrokerVariable.upstreamToken]: 'https://login.example.com/oauth2/token',
  [BrokerVariable.upstreamRevoke]: 'https://login.example.com/oauth2/revoke',
  [BrokerVariable.table]: 'grants',
  [BrokerVariable.grantSeconds]: '2592000',
  [BrokerVariable.clients]: '{"preRegistered":[]}',
};

/** The handler as a cold start loads it, with the environment it would find. */
async function ask(rawPath: string, method = 'GET', overrides: Record<string, string> = {}, headers = {}) {
  jest.resetModules();
  for (const name of Object.values(BrokerVariable)) delete process.env[name];
  Object.assign(process.env, environment, overrides);
  const { handler } = await import('../../../lambda/broker/handler');
  const event = {
    version: '2.0',
    rawPath,
    rawQueryString: '',
    headers,
    requestContext: { requestId: 'r', http: { method, sourceIp: '192.0.2.1' } },
  } as unknown as APIGatewayProxyEventV2;
  const result: APIGatewayProxyStructuredResultV2 = await handler(event);
  return { ...result, document: result.body === undefined ? undefined : JSON.parse(result.body) };
}

test.each(['/.well-known/oauth-protected-resource/mcp', '/.well-known/oauth-protected-resource'])(
  'A1 protected resource metadata at %s, with the initial scopes alone',
  async (path) => {
    expect((await ask(path)).document).toEqual({
      resource: 'https://mcp.example.com/mcp',
      resource_name: 'Notes',
      authorization_servers: ['https://mcp.example.com'],
      scopes_supported: ['https://mcp.example.com/mcp/notes:read'],
      bearer_methods_supported: ['header'],
    });
  },
);

test('A1 authorization server metadata: the issuer is its own address, S256, iss, and nothing that is not true', async () => {
  const { document } = await ask('/.well-known/oauth-authorization-server');
  expect(document).toMatchObject({
    issuer: 'https://mcp.example.com',
    authorization_endpoint: 'https://mcp.example.com/oauth2/authorize',
    token_endpoint: 'https://mcp.example.com/oauth2/token',
    revocation_endpoint: 'https://mcp.example.com/oauth2/revoke',
    code_challenge_methods_supported: ['S256'],
    authorization_response_iss_parameter_supported: true,
    grant_types_supported: ['authorization_code', 'refresh_token', 'client_credentials'],
    token_endpoint_auth_methods_supported: ['none', 'client_secret_basic', 'client_secret_post'],
  });
  expect(document).not.toHaveProperty('registration_endpoint');
  expect(document).not.toHaveProperty('client_id_metadata_document_supported');
  expect(JSON.stringify(document)).not.toContain('offline_access');
  expect(JSON.stringify(document)).not.toContain('login.example.com');
});

test('A1 advertises registration and metadata documents where they are on', async () => {
  const { document } = await ask('/.well-known/oauth-authorization-server', 'GET', {
    [BrokerVariable.clients]: JSON.stringify({
      metadataDocuments: { allowedHosts: ['client.example'] },
      dynamic: { perSourcePerHour: 1, perDay: 1, unusedSeconds: 1 },
    }),
  });
  expect(document).toMatchObject({
    registration_endpoint: 'https://mcp.example.com/oauth2/register',
    client_id_metadata_document_supported: true,
    token_endpoint_auth_signing_alg_values_supported: ['ES256', 'RS256', 'EdDSA'],
  });
  expect(document.token_endpoint_auth_methods_supported).toContain('private_key_jwt');
});

test('A1 documents come from configuration, never from Host', async () => {
  const { body } = await ask(
    '/.well-known/oauth-protected-resource',
    'GET',
    {},
    { host: 'evil.example', 'x-forwarded-host': 'evil.example' },
  );
  expect(body).not.toContain('evil');
});

test('A1 documents may be cached', async () => {
  expect((await ask('/.well-known/oauth-authorization-server')).headers).toMatchObject({
    'Cache-Control': 'public, max-age=300',
  });
});

test('A18 without named origins any page may read the documents, without credentials', async () => {
  const { headers } = await ask('/.well-known/oauth-protected-resource');
  expect(headers).toMatchObject({ 'Access-Control-Allow-Origin': '*' });
  expect(headers).not.toHaveProperty('Access-Control-Allow-Credentials');
  const preflight = await ask('/.well-known/oauth-protected-resource', 'OPTIONS');
  expect(preflight).toMatchObject({
    statusCode: 204,
    headers: { 'Access-Control-Allow-Headers': expect.stringContaining('MCP-Protocol-Version') },
  });
});

test('A18 with named origins the gateway answers for them, and the function adds nothing', async () => {
  const { headers } = await ask('/.well-known/oauth-protected-resource', 'GET', {
    [BrokerVariable.allowedOrigins]: 'https://app.example.com',
  });
  expect(Object.keys(headers ?? {})).toEqual(['Content-Type', 'Cache-Control']);
});

test('knows no other address and no other method', async () => {
  expect((await ask('/.well-known/openid-configuration')).statusCode).toBe(404);
  expect((await ask('/.well-known/oauth-protected-resource', 'POST')).statusCode).toBe(405);
});

test.each([
  BrokerVariable.issuer,
  BrokerVariable.upstreamToken,
  BrokerVariable.upstreamAuthorize,
  BrokerVariable.resource,
])('O4 fails at cold start when %s is plain http', async (name) => {
  await expect(ask('/', 'GET', { [name]: 'http://login.example.com/x' })).rejects.toThrow(name);
});

test.each([
  [BrokerVariable.scopes, ''],
  [BrokerVariable.clients, '['],
  [BrokerVariable.clients, '[]'],
  [BrokerVariable.grantSeconds, 'long'],
  [BrokerVariable.grantSeconds, '0'],
  [BrokerVariable.rememberConsent, '-1'],
  [BrokerVariable.table, ''],
  [BrokerVariable.issuer, 'https://mcp.example.com/'],
  [BrokerVariable.contract, '0'],
])('fails at cold start when %s is %j, naming it', async (name, value) => {
  await expect(ask('/', 'GET', { [name]: value })).rejects.toThrow(name);
});

test('reads a form that the gateway passes on in base64', async () => {
  jest.resetModules();
  Object.assign(process.env, environment);
  const { handler } = await import('../../../lambda/broker/handler');
  const result = await handler({
    version: '2.0',
    rawPath: '/oauth2/token',
    rawQueryString: '',
    headers: {},
    body: Buffer.from('grant_type=password&client_id=x').toString('base64'),
    isBase64Encoded: true,
    requestContext: { requestId: 'r', http: { method: 'POST', sourceIp: '192.0.2.1' } },
  } as unknown as APIGatewayProxyEventV2);
  expect(result).toMatchObject({ statusCode: 400, body: expect.stringContaining('unsupported_grant_type') });
});
