/**
 * Consent, sign-in and error pages in Chromium: by mouse, touch and keyboard, at desktop and phone widths, checked by
 * axe-core, with screenshots in .local/screenshots.
 *
 *   tsx test/clients/browser.ts [--json] [--skip-missing]
 */
import { createServer, type Server } from 'node:http';
import { parseArgs } from 'node:util';
import { browserRungs } from './browser-rungs';
import { launchChromium } from './support/chromium';
import { rungTable } from './support/report';
import { climb, holds, type Row } from './support/rungs';
import { startClientStack } from './support/stack';
import { Missing } from './support/tools';

const PORT = 4720;
const CALLBACK_PORT = 4784;
const CALLBACK = `http://localhost:${CALLBACK_PORT}/callback`;

async function main(): Promise<number> {
  const { values } = parseArgs({ options: { json: { type: 'boolean' }, 'skip-missing': { type: 'boolean' } } });
  const running = await startClientStack({ port: PORT, dynamic: true });
  const { host, port } = running.documents;
  const client = await listen();
  const rows: Row[] = [];
  try {
    const browser = await launchChromium({ [host]: port });
    for (const rung of browserRungs(browser, running, CALLBACK)) rows.push(await climb(rung));
    await browser.close();
  } catch (error) {
    if (!(error instanceof Missing)) throw error;
    console.error(error.message);
    return values['skip-missing'] ? 0 : 1;
  } finally {
    await running.stop();
    client.close();
  }
  console.log(values.json ? JSON.stringify(rows, null, 2) : rungTable(rows));
  return holds(rows, false) ? 0 : 1;
}

/** A client that waits on loopback. */
function listen(): Promise<Server> {
  return new Promise((listening) => {
    const server = createServer((_request, response) => response.end('You may close this page.'));
    server.listen(CALLBACK_PORT, () => listening(server));
  });
}

main().then(
  (code) => process.exit(code),
  (error) => {
    console.error(error);
    process.exit(1);
  },
);
