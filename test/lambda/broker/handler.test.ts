import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import { BrokerVariable } from '../../../lib/private/contract';

const environment = {
  [BrokerVariable.contract]: '1',
  [BrokerVariable.resource]: 'https://mcp.example.com/mcp',
  [BrokerVariable.resourceName]: 'Notes',
  [BrokerVariable.issuer]: 'https://mcp.example.com',
  [BrokerVariable.initialScopes]: 'https://mcp.example.com/mcp/notes:read',
  [BrokerVariable.scopes]: 'https://mcp.example.com/mcp/notes:read https://mcp.example.com/mcp/notes:write',
  [BrokerVariable.authorizationEndpoint]: 'https://login.example.com/oauth2/authorize',
  [BrokerVariable.tokenEndpoint]: 'https://login.example.com/oauth2/token',
  [BrokerVariable.revocationEndpoint]: 'https://login.example.com/oauth2/revoke',
};

/** The handler as a cold start loads it, with the environment it would find. */
async function ask(rawPath: string, method = 'GET', overrides: Record<string, string> = {}, headers = {}) {
  jest.resetModules();
  for (const name of Object.values(BrokerVariable)) delete process.env[name];
  Object.assign(process.env, environment, overrides);
  const { handler } = await import('../../../lambda/broker/handler');
  const event = { rawPath, headers, requestContext: { http: { method } } } as unknown as APIGatewayProxyEventV2;
  const result = await handler(event);
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

test('A1 authorization server metadata: the issuer is its own address, S256, and nothing that is not true', async () => {
  const { document } = await ask('/.well-known/oauth-authorization-server');
  expect(document).toMatchObject({
    issuer: 'https://mcp.example.com',
    code_challenge_methods_supported: ['S256'],
    token_endpoint: 'https://login.example.com/oauth2/token',
    grant_types_supported: ['authorization_code', 'refresh_token', 'client_credentials'],
  });
  for (const later of [
    'registration_endpoint',
    'client_id_metadata_document_supported',
    'authorization_response_iss_parameter_supported',
  ]) {
    expect(document).not.toHaveProperty(later);
  }
  expect(JSON.stringify(document)).not.toContain('offline_access');
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
    headers: { 'Access-Control-Allow-Headers': 'MCP-Protocol-Version' },
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

test.each([BrokerVariable.issuer, BrokerVariable.tokenEndpoint, BrokerVariable.resource])(
  'O4 fails at cold start when %s is plain http',
  async (name) => {
    await expect(ask('/', 'GET', { [name]: 'http://login.example.com/x' })).rejects.toThrow(name);
  },
);

test('fails at cold start when a variable is missing, naming it', async () => {
  await expect(ask('/', 'GET', { [BrokerVariable.scopes]: '' })).rejects.toThrow('MCP_SCOPES');
});
