/** The Python SDK, by a client a newcomer could have written. */
import { join } from 'node:path';
import { asked, type Context, withHome } from './support/context';
import { run } from './support/program';
import { must, type Rung } from './support/rungs';
import { pythonWith } from './support/tools';

const VERSION = '2.3.0';

interface Report {
  readonly protocol: string;
  readonly tools: readonly string[];
  readonly results: readonly { readonly isError: boolean; readonly structuredContent: Record<string, unknown> }[];
}

const READ = [['list_notes', {}]];
const READ_WRITE_READ = [...READ, ['add_note', { title: 'from Python', text: 'text' }], ...READ];

export function pythonRungs(context: Context): Rung[] {
  const { stack, documents } = context;
  const document = documents.publish('/python.json', {
    client_name: 'Python client',
    redirect_uris: ['http://127.0.0.1/callback'],
  });
  const client = { client: 'Python SDK', version: VERSION };
  const stepUp = (settings: object) => async () => {
    const { report, seen, consents } = await python(context, { calls: READ_WRITE_READ, ...settings });
    must(consents.length === 2, `the person was asked ${consents.length} times`);
    must(JSON.stringify(report.results[2]).includes('from Python'), 'the note that was written is not read');
    return `${report.protocol}; ${seen}`;
  };
  return [
    {
      ...client,
      registration: 'metadata document',
      what: 'sign in, read, step up, write, read',
      run: stepUp({ clientMetadataUrl: document }),
    },
    {
      ...client,
      registration: 'metadata document',
      what: 'the same in the older protocol',
      run: stepUp({ clientMetadataUrl: document, mode: 'legacy' }),
    },
    { ...client, registration: 'registers itself', what: 'sign in, read, step up, write, read', run: stepUp({}) },
    {
      ...client,
      registration: 'pre-registered',
      what: 'sign in on another port, read, step up, write, read',
      run: stepUp({ clientId: 'local-dev', port: 4783, redirectUri: 'http://localhost:4783/callback' }),
    },
    {
      ...client,
      registration: 'machine',
      what: 'find the token endpoint, call a tool',
      run: async () => {
        const machine = stack.machineClients.reporting;
        const { report } = await python(context, { machine, calls: READ });
        must(report.tools.join() === 'list_notes,read_note,search_notes', `sees ${report.tools}`);
        return report.protocol;
      },
    },
  ];
}

let runs = 0;

async function python(context: Context, settings: object) {
  const command = await pythonWith('mcp', VERSION);
  runs += 1;
  return withHome(context, `python-${runs}`, async ({ env, opener }) => {
    const { mcpUrl: url, authorizationServer: issuer } = context.stack;
    const { code, stdout, stderr } = await run(command, [join(__dirname, 'python_client.py')], {
      env: { ...env, CLIENT_SETTINGS: JSON.stringify({ url, issuer, ...settings }) },
    });
    const seen = asked(opener);
    must(code === 0, `ended with ${code}: ${stderr.trim().split('\n').slice(-1)}; ${seen}`);
    const report = JSON.parse(stdout) as Report;
    must(!report.results.some(({ isError }) => isError), `a tool failed: ${stdout}`);
    return { report, seen, consents: opener.browser.consents };
  });
}
