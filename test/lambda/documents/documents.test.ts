import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import { configFrom } from '../../../lambda/documents/config';
import { documentsHandler } from '../../../lambda/documents/documents';
import { CONTRACT_VERSION, DocumentsVariable } from '../../../lib/private/contract';

const ENVIRONMENT = {
  [DocumentsVariable.contract]: CONTRACT_VERSION,
  [DocumentsVariable.resource]: 'https://mcp.example.com/mcp',
  [DocumentsVariable.resourceName]: 'Notes',
  [DocumentsVariable.authorizationServer]: 'https://id.example.com/',
  [DocumentsVariable.scopePrefix]: 'api://notes/',
  [DocumentsVariable.initialScopes]: 'notes:read notes:list',
};

function answer(method: string, environment: Record<string, string> = {}) {
  const event = { version: '2.0', headers: {}, requestContext: { http: { method } } } as APIGatewayProxyEventV2;
  return documentsHandler(configFrom({ ...ENVIRONMENT, ...environment }))(event);
}

test('A1 the document names the provider to the letter, and scopes as they are on the wire', async () => {
  const { statusCode, headers, body } = await answer('GET');
  expect([statusCode, headers?.['Content-Type']]).toEqual([200, 'application/json']);
  expect(JSON.parse(body ?? '')).toEqual({
    resource: 'https://mcp.example.com/mcp',
    resource_name: 'Notes',
    authorization_servers: ['https://id.example.com/'],
    scopes_supported: ['api://notes/notes:read', 'api://notes/notes:list'],
    bearer_methods_supported: ['header'],
  });
});

test('A1 nothing but reading is answered', async () => {
  for (const method of ['POST', 'PUT', 'DELETE']) expect((await answer(method)).statusCode).toBe(405);
});

test('A18 any page may read it, without credentials; the gateway answers for named origins', async () => {
  expect((await answer('GET')).headers?.['Access-Control-Allow-Origin']).toBe('*');
  expect((await answer('OPTIONS')).headers?.['Access-Control-Allow-Headers']).toContain('MCP-Protocol-Version');
  const named = { [DocumentsVariable.allowedOrigins]: 'https://app.example' };
  expect((await answer('GET', named)).headers).not.toHaveProperty('Access-Control-Allow-Origin');
  expect((await answer('OPTIONS', named)).headers).toEqual({});
});

test.each([
  DocumentsVariable.contract,
  DocumentsVariable.resource,
  DocumentsVariable.resourceName,
  DocumentsVariable.authorizationServer,
  DocumentsVariable.initialScopes,
])('fails at cold start without %s, by name', (name) => {
  expect(() => configFrom({ ...ENVIRONMENT, [name]: undefined })).toThrow(name);
});

test('O4 fails at cold start when the provider is not https', () => {
  const environment = { ...ENVIRONMENT, [DocumentsVariable.authorizationServer]: 'http://id.example.com' };
  expect(() => configFrom(environment)).toThrow(/https/);
});
