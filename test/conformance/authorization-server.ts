/** One run of the suite for each way in which its client can be known. */
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Context, withHome } from '../clients/support/context';
import type { Opener } from '../clients/support/opener';
import { run } from '../clients/support/program';
import { node22, npmPackage } from '../clients/support/tools';
import type { Check, Checks } from './suite';

export const VERSION = '0.2.0-alpha.12';
/** Every scenario of that version; one that is not run is a failure, not an omission. */
export const SCENARIOS = ['authorization-server-metadata-endpoint', 'authorization-code-grant'];
/** How the client of a run is known. */
export const CLIENTS = ['metadata document', 'registers itself'];
const PORT = 4760;
const REDIRECT_URI = `http://127.0.0.1:${PORT}/callback`;

/** Checks by scenario, for each of `CLIENTS`. */
export async function runAuthorizationServer(context: Context): Promise<ReadonlyMap<string, Checks>> {
  const { documents, stack } = context;
  const document = documents.publish('/conformance.json', {
    client_name: 'Conformance suite',
    redirect_uris: ['http://127.0.0.1/callback'],
  });
  const checks = new Map<string, Checks>();
  for (const client of CLIENTS) {
    const clientId = client === 'metadata document' ? document : await register(stack.registrationEndpoint);
    checks.set(client, await checksFor(context, client, clientId));
  }
  return checks;
}

async function checksFor(context: Context, client: string, clientId: string): Promise<Checks> {
  const node = await node22();
  const folder = await npmPackage('@modelcontextprotocol/conformance', VERSION);
  const { authorizationServer: url, resource } = context.stack;
  return withHome(context, client.replace(' ', '-'), async ({ env, home, opener }) => {
    const results = join(home, 'results');
    mkdirSync(results);
    const settings = join(home, 'settings.json');
    writeFileSync(settings, JSON.stringify({ url, clientId, resource }));
    const args = ['authorization', '--file', settings, '-p', String(PORT), '-o', results];
    const stuck = new AbortController();
    const { stdout, stderr } = await run(node, [join(folder, 'node_modules/.bin/conformance'), ...args], {
      env,
      signal: stuck.signal,
      until: visiting(opener, stuck),
    });
    const checks = new Map(SCENARIOS.map((scenario) => [scenario, checksOf(results, scenario)]));
    const said = opener.failures.join('; ') || stderr.trim() || stdout.trim();
    for (const [scenario, found] of checks) {
      if (found.length === 0) console.error(`${scenario} (${client}) did not come to its end: ${said}`);
    }
    return checks;
  });
}

/** Visits the address as soon as it is printed; the suite would wait for minutes where the browser gets nowhere. */
function visiting(opener: Opener, stuck: AbortController): (stdout: string) => boolean {
  let visited = false;
  return (stdout) => {
    const [address] = /^http\S+[?&]client_id=\S+(?=\s)/m.exec(stdout) ?? [];
    if (address !== undefined && !visited) {
      visited = true;
      void opener.open(address).then(() => opener.failures.length > 0 && stuck.abort());
    }
    return false;
  };
}

/** The suite writes a folder for each scenario, with the time in its name; of one it did not end, nothing is in it. */
function checksOf(results: string, scenario: string): Check[] {
  const files = readdirSync(results)
    .filter((name) => name.includes(scenario))
    .map((name) => join(results, name, 'checks.json'));
  return files.filter((file) => existsSync(file)).flatMap((file) => JSON.parse(readFileSync(file, 'utf8')) as Check[]);
}

async function register(endpoint: string | undefined): Promise<string> {
  if (endpoint === undefined) throw new Error('the stack has no registration endpoint');
  const response = await fetch(endpoint, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ client_name: 'Conformance suite', redirect_uris: [REDIRECT_URI] }),
  });
  if (response.status !== 201) throw new Error(`registration answered ${response.status}: ${await response.text()}`);
  return ((await response.json()) as { client_id: string }).client_id;
}
