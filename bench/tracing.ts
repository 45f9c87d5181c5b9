/**
 * `npx tsx bench/tracing.ts`: what tracing costs a call, in one process, round by round: switched off, on and not
 * recorded, on and recorded. Audit lines go to standard output, so the table goes to standard error.
 */
import { createSocket } from 'node:dgram';
import { performance } from 'node:perf_hooks';
import { pathToFileURL } from 'node:url';
import { startIssuer } from './issuer';
import { requestOf } from './request';
import { ownBundles } from './subjects';
import type { Fetch, Subject } from './subjects/subject';

const ROUNDS = Number(process.argv[2] ?? 40);
const CALLS = 200;

const SETTINGS: Readonly<Record<string, string | undefined>> = {
  off: undefined,
  'on, not recorded': '{"ratio":0}',
  'on, recorded': '{"ratio":1}',
};

async function main(): Promise<void> {
  const guarded = (await ownBundles()).find(({ name }) => name === 'guarded');
  const { start } = (await import(pathToFileURL(guarded?.file ?? '').href)) as Subject;
  const issuer = await startIssuer();
  const daemon = createSocket('udp4');
  let datagrams = 0;
  daemon.on('message', () => {
    datagrams += 1;
  });
  await new Promise<void>((resolve) => daemon.bind(0, '127.0.0.1', resolve));
  Object.assign(process.env, issuer.environment, { AWS_XRAY_DAEMON_ADDRESS: `127.0.0.1:${daemon.address().port}` });
  const subjects: { name: string; fetch: Fetch; times: number[] }[] = [];
  const chosen = process.argv[3]?.split('/');
  for (const [name, settings] of Object.entries(SETTINGS)) {
    if (chosen !== undefined && !chosen.includes(name)) continue;
    if (settings === undefined) delete process.env.MCP_TRACING;
    else process.env.MCP_TRACING = settings;
    subjects.push({ name, fetch: await start(1), times: [] });
  }
  let id = 0;
  for (let round = -5; round < ROUNDS; round++) {
    for (const [index] of subjects.entries()) {
      const { fetch, times } = subjects[(index + Math.abs(round)) % subjects.length]!;
      for (let n = 0; n < CALLS; n++) {
        const request = requestOf({ ...issuer, era: 'modern' } as never, 'modern', ++id);
        const began = performance.now();
        await (await fetch(request)).text();
        if (round >= 0) times.push(performance.now() - began);
      }
      // What happens after the answers is not part of the next subject's time.
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
  }
  for (const { name, times } of subjects) {
    times.sort((a, b) => a - b);
    const at = (share: number) => `${((times[Math.floor(times.length * share)] ?? 0) * 1000).toFixed(1)} µs`;
    process.stderr.write(`${name.padEnd(20)} p50 ${at(0.5)}  p95 ${at(0.95)}\n`);
  }
  process.stderr.write(`${datagrams} datagrams, Node.js ${process.versions.node}\n`);
  daemon.close();
  await issuer.close();
}

main().catch((error: unknown) => {
  console.error(error);
  process.exit(1);
});
