import type { StackFile, UserClient } from './stack-file';

/** Where the metadata documents of clients are that bring one. */
const CLAUDE_HOST = 'claude.ai';
const VS_CODE_HOST = 'vscode.dev';

type Connectable = Pick<StackFile, 'mcpUrl' | 'clients' | 'metadataHosts' | 'registrationEndpoint'>;

/** How to connect the usual clients; a client id is named only to those that cannot do without. */
export function connectLines(stack: Connectable): string[] {
  const client = Object.values(stack.clients).find((one) => !one.confidential);
  const known = (host: string) => stack.registrationEndpoint !== undefined || stack.metadataHosts.includes(host);
  const vsCode = JSON.stringify({ name: 'local', type: 'http', url: stack.mcpUrl });
  return [
    `    Inspector    ${inspectorLine(stack, client)}`,
    `    VS Code      code --add-mcp '${vsCode}'${known(VS_CODE_HOST) ? '' : askedFor(client)}`,
    `    Claude Code  claude mcp add --transport http${known(CLAUDE_HOST) ? '' : clientFlags(client)} local ${stack.mcpUrl}`,
    ...(client ? [`    Client ID    ${client.clientId}, for ${client.redirectUris.join(', ')}`] : []),
    ...(stack.metadataHosts.length > 0
      ? [`    Documents    clients with a metadata document at ${stack.metadataHosts.join(', ')} need no client id`]
      : []),
    ...(stack.registrationEndpoint ? ['    Registration is on: any client may register itself'] : []),
  ];
}

function inspectorLine(stack: Connectable, client: UserClient | undefined): string {
  const plain = `npx @modelcontextprotocol/inspector, then Streamable HTTP ${stack.mcpUrl}`;
  if (stack.registrationEndpoint) return plain;
  const [host] = stack.metadataHosts;
  const document = host ? ` or --client-metadata-url https://${host}/<document>` : '';
  return `${plain}${askedFor(client)}${document}`;
}

function askedFor(client: UserClient | undefined): string {
  return client ? ` with client ID ${client.clientId}` : '';
}

/** A registered client needs its id, and the port its redirect URI names. */
function clientFlags(client: UserClient | undefined): string {
  if (!client) return '';
  const ports = client.redirectUris.map((uri) => /^http:\/\/localhost:(\d+)\/callback$/.exec(uri)?.[1]);
  const port = ports.find((one) => one !== undefined);
  return ` --client-id ${client.clientId}${port ? ` --callback-port ${port}` : ''}`;
}
