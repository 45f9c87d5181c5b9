import { ScriptedBrowser } from './browser';
import { McpSession } from './mcp-session';
import { must, type Report } from './report';
import { SignInProvider } from './sign-in-provider';
import { type DemonstrationStack, usersByGroups } from './stack';

/** Where registration is on, a client that nobody knows gets in by the MCP URL alone. */
export async function showRegistration(stack: DemonstrationStack, issuer: string, report: Report): Promise<void> {
  const { more: user } = usersByGroups(stack);
  if (stack.registrationEndpoint === undefined || user === undefined) return;
  await report.part('A client nobody registered', async () => {
    const provider = new SignInProvider('Stranger', undefined, issuer, new ScriptedBrowser(user));
    let session: McpSession | undefined;
    try {
      await report.step(`registers itself, '${user.username}' consents and signs in`, async () => {
        session = await McpSession.connect(stack.mcpUrl, provider);
        return `client id ${provider.clientInformation()?.client_id}`;
      });
      must(session !== undefined, 'not connected');
      const connected = session;
      await report.step('lists the tools', async () => (await connected.tools()).join(', ') || 'none');
    } finally {
      await session?.close();
    }
  });
}
