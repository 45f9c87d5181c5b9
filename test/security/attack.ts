/**
 * `npm run attack`: every attack of this folder against a broker and a guard in process, as a table of attack,
 * expectation and outcome. Exit 1 when a row is open. `--json FILE` writes the table there too, `--theme NAME` runs
 * one theme. `--peers` runs the cases that peers document against them too and writes docs/attack-peers.md.
 */
import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import type { Attack } from './attack-row';
import { THEMES } from './themes';
import { startWorld, type World } from './world';

interface Outcome {
  readonly theme: string;
  readonly attack: string;
  readonly expectation: string;
  /** Undefined: held. */
  readonly gotThrough?: string;
}

/** What an attack got; a fault of the attack itself leaves the row open. */
export async function outcomeOf(attack: Attack, world: World): Promise<string | undefined> {
  world.reset();
  try {
    return await attack.run(world);
  } catch (fault) {
    return `the attack failed: ${fault instanceof Error ? fault.message : String(fault)}`;
  }
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: { json: { type: 'string' }, theme: { type: 'string' }, peers: { type: 'boolean' } },
  });
  if (values.peers) {
    // In a process of its own: what belongs to peers is never loaded beside the rows.
    const peers = [...process.execArgv, join(__dirname, 'peers/compare.ts')];
    const { status } = spawnSync(process.execPath, peers, {
      stdio: 'inherit',
      env: { ...process.env, NODE_ENV: 'test' },
    });
    process.exitCode = status ?? 1;
    return;
  }
  const themes = THEMES.filter(({ name }) => values.theme === undefined || name === values.theme);
  if (themes.length === 0) {
    throw new Error(`unknown theme '${values.theme}': use one of ${THEMES.map(({ name }) => name).join(', ')}`);
  }
  const started = Date.now();
  const world = await startWorld();
  const rows: Outcome[] = [];
  for (const { name, attacks } of themes) {
    process.stdout.write(`\n${name}\n`);
    for (const attack of attacks) {
      const { attack: what, expectation } = attack;
      const gotThrough = await outcomeOf(attack, world);
      rows.push({ theme: name, attack: what, expectation, gotThrough });
      process.stdout.write(`  ${gotThrough === undefined ? 'held' : 'OPEN'} | ${shown(what)} | ${expectation}\n`);
      if (gotThrough !== undefined) process.stdout.write(`       got through: ${shown(gotThrough)}\n`);
    }
  }
  await world.stop();
  const open = rows.filter(({ gotThrough }) => gotThrough !== undefined);
  const seconds = Math.round((Date.now() - started) / 1000);
  process.stdout.write(
    `\n${rows.length} attacks, ${rows.length - open.length} held, ${open.length} open, ${seconds} s\n`,
  );
  if (values.json !== undefined)
    writeFileSync(values.json, `${JSON.stringify({ rows, open: open.length }, undefined, 2)}\n`);
  process.exitCode = open.length === 0 ? 0 : 1;
}

/** One line, whatever an attack has in its name. */
function shown(text: string): string {
  return text
    .replace(/[^\x20-\x7e’]/g, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`)
    .slice(0, 160);
}

if (require.main === module) void main();
