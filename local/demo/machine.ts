import { ClientCredentialsProvider, InsufficientScopeError, SdkHttpError } from '@modelcontextprotocol/client';
import { McpSession, successOf } from './mcp-session';
import { NOTES, servesNotes } from './notes';
import { must, type Report } from './report';
import { type DemonstrationStack, leastMachineClient, shortScopes } from './stack';

/** A machine client does what its scopes allow, and nothing else. */
export async function showMachineClient(stack: DemonstrationStack, issuer: string, report: Report): Promise<void> {
  const found = leastMachineClient(stack);
  if (found === undefined) return report.note('(this stack has no machine client)');
  const [name, machine] = found;
  await report.part(`Machine client '${name}' (${shortScopes(stack, machine.scopes)})`, async () => {
    const provider = new ClientCredentialsProvider({
      ...machine,
      scope: machine.scopes.join(' '),
      expectedIssuer: issuer,
    });
    let session: McpSession | undefined;
    try {
      await report.step('finds the token endpoint, gets a token, connects', async () => {
        session = await McpSession.connect(stack.mcpUrl, provider, { onInsufficientScope: 'throw' });
        return `MCP ${session.protocol}`;
      });
      must(session !== undefined, 'not connected');
      await showTools(session, stack, report);
    } finally {
      await session?.close();
    }
  });
}

async function showTools(session: McpSession, stack: DemonstrationStack, report: Report): Promise<void> {
  let tools: readonly string[] = [];
  await report.step('lists its tools', async () => {
    tools = await session.tools();
    return tools.join(', ') || 'none';
  });
  if (!servesNotes(tools)) return;
  await report.step(`calls ${NOTES.list}`, async () => successOf(await session.call(NOTES.list, {})));
  await report.step(`calls ${NOTES.search}`, async () =>
    successOf(await session.call(NOTES.search, { query: 'demo' })),
  );
  await report.step(`does not see ${NOTES.add}, and is refused when it calls it all the same`, async () => {
    must(!tools.includes(NOTES.add), 'sees it');
    const note = { title: 'Refused', text: 'A reader must not write.' };
    const error = await session.call(NOTES.add, note).then(
      () => undefined,
      (refusal: unknown) => refusal,
    );
    const needed = stack.renamesChallenge ? scopeInBody(error) : scopeInChallenge(error);
    must(needed !== undefined, `was not refused for its scope: ${error ?? 'the call went through'}`);
    return `403 insufficient_scope, needs ${shortScopes(stack, needed.split(' '))}`;
  });
}

function scopeInChallenge(error: unknown): string | undefined {
  return error instanceof InsufficientScopeError ? (error.requiredScope ?? '') : undefined;
}

/** The challenge lost its name on the way, so the client does not know it; the body says the same. */
function scopeInBody(error: unknown): string | undefined {
  if (!(error instanceof SdkHttpError) || error.status !== 403) return undefined;
  return /"error":"insufficient_scope".*?"scope":"([^"]*)"/.exec(error.message)?.[1];
}
