import type { RouteSpec } from '../../../local/deployment/apis';
import { selectRoute } from '../../../local/gateway/routes';

const routes = [
  'ANY /{proxy+}',
  'GET /pets/{id}',
  'GET /pets/dog',
  'ANY /pets/dog',
  'POST /pets/{id}/{rest+}',
  '$default',
].map((key): RouteSpec => ({ key, functionArn: 'arn', timeoutMs: 1, scopes: [] }));

test.each([
  ['GET', '/pets/dog', 'GET /pets/dog', {}],
  ['PUT', '/pets/dog', 'ANY /pets/dog', {}],
  ['GET', '/pets/cat', 'GET /pets/{id}', { id: 'cat' }],
  ['POST', '/pets/1/a/b', 'POST /pets/{id}/{rest+}', { id: '1', rest: 'a/b' }],
  ['PUT', '/pets/1', 'ANY /{proxy+}', { proxy: 'pets/1' }],
  ['GET', '/', '$default', {}],
])('%s %s → %s', (method, path, key, pathParameters) => {
  expect(selectRoute(routes, method, path)).toMatchObject({ route: { key }, pathParameters });
});

test('nothing fits without $default: a longer path, another case, a slash at the end', () => {
  const only = [{ key: 'POST /mcp', functionArn: 'arn', timeoutMs: 1, scopes: [] }];
  for (const path of ['/mcp/', '/mcp/x', '/MCP', '/']) expect(selectRoute(only, 'POST', path)).toBeUndefined();
  expect(selectRoute(only, 'GET', '/mcp')).toBeUndefined();
  expect(selectRoute(only, 'POST', '/mcp')).toBeDefined();
});
