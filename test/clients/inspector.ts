/** MCP Inspector's command line, with its own OAuth flow. */
import { join } from 'node:path';
import { asked, type Context, withHome } from './support/context';
import { run } from './support/program';
import { must, type Registration, type Rung } from './support/rungs';
import { node22, npmPackage } from './support/tools';

const VERSION = '2.12.0';
/** Where it waits for the answer unless told otherwise. */
const REDIRECT_URI = 'http://127.0.0.1:6276/oauth/callback';

const CLIENT = { client: 'MCP Inspector CLI', version: VERSION };
const READ = ['--method', 'tools/call', '--tool-name', 'list_notes'];
const WRITE = ['--method', 'tools/call', '--tool-name', 'add_note', '--tool-arg', 'title=from Inspector', 'text=text'];

interface Done {
  readonly output: string;
  readonly asked: string;
  readonly consents: readonly string[];
}

export function inspectorRungs(context: Context): Rung[] {
  const { stack, documents } = context;
  const document = documents.publish('/inspector.json', {
    client_name: 'MCP Inspector',
    redirect_uris: [REDIRECT_URI],
  });
  const rung = (registration: Registration, what: string, args: readonly string[]): Rung => ({
    ...CLIENT,
    registration,
    what,
    run: async () => {
      const done = await inspect(context, [...READ, ...args]);
      must(done.output.includes('"structuredContent":{"notes":'), `printed ${done.output}; ${done.asked}`);
      must(done.consents.length === 1, `the person was asked ${done.consents.length} times`);
      return `list_notes answers; ${done.asked}`;
    },
  });
  return [
    rung('metadata document', 'sign in, call a tool (2025-11-25)', ['--client-metadata-url', document]),
    rung('metadata document', 'sign in, call a tool (2026-07-28)', [
      ...['--client-metadata-url', document],
      ...['--protocol-era', 'modern'],
    ]),
    rung('registers itself', 'sign in, call a tool', []),
    rung('metadata document', 'another loopback port than the document names', [
      ...['--client-metadata-url', document],
      ...['--callback-url', 'http://127.0.0.1:4781/oauth/callback'],
    ]),
    rung('pre-registered', 'sign in, call a tool', ['--client-id', Object.keys(stack.clients)[0] ?? '']),
    {
      ...CLIENT,
      registration: 'metadata document',
      what: 'step up to write',
      run: async () => {
        const done = await inspect(context, [...WRITE, '--client-metadata-url', document]);
        must(done.output.includes('"structuredContent":{"id":'), `printed ${done.output}; ${done.asked}`);
        must(done.consents.length === 2, `the person was asked ${done.consents.length} times`);
        return `add_note answers; ${done.asked}`;
      },
    },
    {
      ...CLIENT,
      registration: 'registers itself',
      what: 'step up to write',
      cannot: 'refreshes instead of asking for the scopes of the challenge, and gives up',
      run: async () => {
        const { output } = await inspect(context, WRITE);
        must(output.includes('AUTHORIZED without authorization code'), `can by now, or fails otherwise: ${output}`);
        return 'auth() returned AUTHORIZED without authorization code';
      },
    },
  ];
}

let runs = 0;

async function inspect(context: Context, args: readonly string[]): Promise<Done> {
  const node = await node22();
  const folder = await npmPackage('@modelcontextprotocol/inspector', VERSION);
  runs += 1;
  return withHome(context, `inspector-${runs}`, async ({ env, opener }) => {
    const command = join(folder, 'node_modules/.bin/mcp-inspector');
    const { stdout, stderr } = await run(node, [command, '--cli', context.stack.mcpUrl, '--format', 'json', ...args], {
      env: { ...env, MCP_AUTO_OPEN_ENABLED: 'true', MCP_INSPECTOR_SECRET_STORE: 'memory' },
      input: 'y\n', // to its own question whether to step up
    });
    const output = stdout.trim() || stderr.trim().split('\n').slice(-1).join();
    return { output, asked: asked(opener), consents: opener.browser.consents };
  });
}
