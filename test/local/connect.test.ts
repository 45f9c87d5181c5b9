import { connectLines } from '../../local/connect';

const client = {
  clientId: 'local-dev',
  redirectUris: ['http://127.0.0.1:6276/oauth/callback', 'http://localhost:8765/callback'],
  confidential: false,
};
const stack = { mcpUrl: 'http://localhost:3000/mcp', clients: { 'local-dev': client }, metadataHosts: [] };

test('names the registered client where nothing else helps', () => {
  const text = connectLines(stack).join('\n');
  expect(text).toContain('Streamable HTTP http://localhost:3000/mcp with client ID local-dev');
  expect(text).toContain(
    'claude mcp add --transport http --client-id local-dev --callback-port 8765 local http://localhost:3000/mcp',
  );
  expect(text).toContain(
    '\'{"name":"local","type":"http","url":"http://localhost:3000/mcp"}\' with client ID local-dev',
  );
});

test('names none to clients whose metadata documents are accepted', () => {
  const text = connectLines({ ...stack, metadataHosts: ['claude.ai', 'vscode.dev'] }).join('\n');
  expect(text).toContain('claude mcp add --transport http local http://localhost:3000/mcp');
  expect(text).toMatch(/"}'$/m);
  expect(text).toContain('or --client-metadata-url https://claude.ai/<document>');
});

test('names none to anybody where registration is on', () => {
  const registrationEndpoint = 'http://localhost:3000/oauth2/register';
  const text = connectLines({ ...stack, clients: {}, registrationEndpoint }).join('\n');
  expect(text).not.toContain('client ID');
  expect(text).toContain('any client may register itself');
});

test('does not offer a client whose secret nobody here knows', () => {
  const text = connectLines({ ...stack, clients: { x: { ...client, confidential: true } } }).join('\n');
  expect(text).not.toContain('local-dev');
});
