/** mcp-remote, which gives clients that speak stdio alone a way to a server that wants a sign-in. */
import { join } from 'node:path';
import { asked, type Context, withHome } from './support/context';
import { run } from './support/program';
import { must, type Registration, type Rung } from './support/rungs';
import { npmPackage } from './support/tools';

const VERSION = '0.15.1';
const PORT = 4782;

const PROTOCOL = { protocolVersion: '2025-11-25', capabilities: {}, clientInfo: { name: 'stdio', version: '1' } };

interface Answer {
  readonly id?: number;
  readonly result?: { readonly structuredContent?: { readonly notes?: unknown; readonly id?: string } };
}

export function mcpRemoteRungs(context: Context): Rung[] {
  const { documents, stack } = context;
  const document = documents.publish('/mcp-remote.json', {
    client_name: 'mcp-remote',
    redirect_uris: ['http://localhost/oauth/callback'],
  });
  const [local] = Object.keys(stack.clients);
  const machine = stack.machineClients.reporting;
  const client = { client: 'mcp-remote', version: VERSION };
  const signIn = (registration: Registration, what: string, args: readonly string[]): Rung => ({
    ...client,
    registration,
    what,
    run: () => throughStdio(context, args, 1),
  });
  return [
    signIn('metadata document', 'sign in, call a tool through stdio', [
      ...[String(PORT), '--client-metadata-url', document],
    ]),
    signIn('registers itself', 'sign in, call a tool through stdio', []),
    signIn('pre-registered', 'sign in on another port, call a tool through stdio', [
      ...[String(PORT + 1), '--static-oauth-client-info', JSON.stringify({ client_id: local })],
    ]),
    {
      ...client,
      registration: 'machine',
      what: 'find the token endpoint, call a tool',
      run: () => {
        const information = JSON.stringify({ client_id: machine?.clientId, client_secret: machine?.clientSecret });
        return throughStdio(context, ['--client-credentials', '--static-oauth-client-info', information], 0);
      },
    },
    {
      ...client,
      registration: 'registers itself',
      what: 'step up to write',
      run: async () => {
        const note = { title: 'through stdio', text: 'text' };
        const { answer, seen, shown } = await converse(context, [], 'add_note', note);
        must(answer?.result?.structuredContent?.id !== undefined, `${JSON.stringify(answer)}; ${seen}`);
        must(shown === 2, `the person was asked ${shown} times`);
        return `add_note answers; ${seen}`;
      },
    },
  ];
}

async function throughStdio(context: Context, args: readonly string[], consents: number): Promise<string> {
  const { answer, seen, shown, stderr } = await converse(context, args, 'list_notes', {});
  must(
    Array.isArray(answer?.result?.structuredContent?.notes),
    `${JSON.stringify(answer) ?? stderr.slice(-400)}; ${seen}`,
  );
  must(shown === consents, `the person was asked ${shown} times`);
  return `list_notes answers; ${seen}`;
}

let runs = 0;

async function converse(context: Context, args: readonly string[], tool: string, given: object) {
  const folder = await npmPackage('mcp-remote', VERSION);
  runs += 1;
  return withHome(context, `mcp-remote-${runs}`, async ({ env, home, opener }) => {
    const command = [join(folder, 'node_modules/.bin/mcp-remote'), context.stack.mcpUrl, ...args];
    const { stdout, stderr } = await run(process.execPath, command, {
      env: { ...env, MCP_REMOTE_CONFIG_DIR: join(home, 'auth') },
      input: lines(
        { id: 1, method: 'initialize', params: PROTOCOL },
        { method: 'notifications/initialized' },
        { id: 2, method: 'tools/call', params: { name: tool, arguments: given } },
      ),
      until: (printed) => answers(printed).some(({ id }) => id === 2),
      timeoutMs: 40_000,
    });
    const answer = answers(stdout).find(({ id }) => id === 2);
    return { answer, stderr, seen: asked(opener), shown: opener.browser.consents.length };
  });
}

function lines(...messages: readonly object[]): string {
  return messages.map((message) => `${JSON.stringify({ jsonrpc: '2.0', ...message })}\n`).join('');
}

/** The whole lines printed so far. */
function answers(stdout: string): Answer[] {
  const whole = stdout.split('\n').slice(0, -1);
  return whole.filter((line) => line.startsWith('{')).map((line) => JSON.parse(line) as Answer);
}
