/**
 * `npm run conformance`: the official conformance suite against a server behind the guard, in both protocol revisions
 * and both ways in which it runs, and against the broker; and our own scenarios for what the suite leaves out. Prints a
 * table. Exit 1 when a row is not what `expected.ts` says.
 *
 *   tsx test/conformance/conformance.ts [--json FILE] [--update] [--only SECTION]
 *
 * `--json FILE` writes the rows there too, `--update` writes docs/conformance.md anew where all is as expected, `--only`
 * runs the sections whose id begins with a text.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { startClientStack } from '../clients/support/stack';
import { ROOT } from '../support/stack';
import { runAuthorizationServer } from './authorization-server';
import { EXPECTED } from './expected';
import { startProxy } from './proxy';
import { page, shown } from './report';
import { runResourceServer } from './resource-server/resource-server';
import { problemsOf, type Row, rowsOf, type Section } from './results';
import { AUTHORIZATION_SERVER_SECTION, RESOURCE_SERVER_SECTION, type ServerSection, serverSections } from './sections';
import { runSuite } from './suite';
import { type Fixture, FOREIGN, machineToken, startFixture, TRANSPORTS } from './target';

const PAGE = join(ROOT, 'docs/conformance.md');
const BROKER_PORT = 4740;

const say = (text: string) => process.stdout.write(`${text}\n`);

async function suiteRows(section: ServerSection, fixture: Fixture, scratch: string): Promise<Row[]> {
  const rows: Row[] = [];
  for (const transport of [...TRANSPORTS, ...FOREIGN]) {
    const proxy = await startProxy({
      target: fixture.origins[transport],
      resource: fixture.stack.resource,
      token: await machineToken(fixture.stack),
    });
    try {
      const folder = join(scratch, `${section.id} ${transport}`.replaceAll(' ', '-'));
      const { version, choice } = section;
      rows.push(...rowsOf(section, transport, await runSuite({ version, choice, url: proxy.url, folder }), EXPECTED));
    } finally {
      await proxy.close();
    }
  }
  return rows;
}

async function resourceServerRows(section: Section, fixture: Fixture): Promise<Row[]> {
  const rows: Row[] = [];
  for (const transport of TRANSPORTS) {
    const checks = await runResourceServer(fixture, transport);
    const asked = { ...section, required: section.required.filter((id) => checks.has(id)) };
    rows.push(...rowsOf(asked, transport, checks, EXPECTED));
  }
  return rows;
}

async function authorizationServerRows(section: Section, scratch: string): Promise<Row[]> {
  const running = await startClientStack({ port: BROKER_PORT, dynamic: true });
  try {
    const checks = await runAuthorizationServer({ ...running, scratch });
    return section.columns.flatMap((client) => rowsOf(section, client, checks.get(client) ?? new Map(), EXPECTED));
  } finally {
    await running.stop();
  }
}

async function main(): Promise<number> {
  const { values } = parseArgs({
    options: { json: { type: 'string' }, update: { type: 'boolean' }, only: { type: 'string', default: '' } },
  });
  const { only, update, json } = values;
  if (update && only !== '') throw new Error('--update writes the whole page: leave out --only');
  const started = Date.now();
  const chosen = <T extends Section>(sections: readonly T[]) => sections.filter(({ id }) => id.startsWith(only));
  const byServer = chosen(await serverSections());
  const own = chosen([RESOURCE_SERVER_SECTION]);
  const byBroker = chosen([AUTHORIZATION_SERVER_SECTION]);
  const sections = [...byServer, ...own, ...byBroker];
  if (sections.length === 0) throw new Error(`no section begins with '${only}'`);

  const scratch = mkdtempSync(join(tmpdir(), 'conformance-'));
  const rows: Row[] = [];
  try {
    if (byServer.length + own.length > 0) {
      const fixture = await startFixture();
      try {
        for (const section of byServer) rows.push(...(await suiteRows(section, fixture, scratch)));
        for (const section of own) rows.push(...(await resourceServerRows(section, fixture)));
      } finally {
        await fixture.stop();
      }
    }
    for (const section of byBroker) rows.push(...(await authorizationServerRows(section, scratch)));
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }

  const problems = problemsOf(
    rows,
    EXPECTED.filter(({ section }) => sections.some(({ id }) => id === section)),
  );
  say(shown(sections, rows));
  say('\n(in brackets: run, and required of nobody)');
  for (const problem of problems) say(`\nPROBLEM | ${problem}`);
  say(`\n${rows.length} rows, ${problems.length} problems, ${Math.round((Date.now() - started) / 1000)} s`);
  if (json !== undefined) writeFileSync(json, `${JSON.stringify({ rows, problems }, undefined, 2)}\n`);
  if (update && problems.length === 0) writeFileSync(PAGE, page(sections, rows, new Date()));
  return problems.length === 0 ? 0 : 1;
}

main().then(
  (code) => process.exit(code),
  (error) => {
    console.error(error);
    process.exit(1);
  },
);
