#!/usr/bin/env node
import { runDemonstration } from '../local/demo/demonstration';
import { LocalFailure } from '../local/failure';
import { liveView } from '../local/live-view';
import { parseOptions, USAGE } from '../local/options';
import { type RunningStack, start } from '../local/start';
import { traceLines } from '../local/traces/trace-lines';

/** What shells expect of a command that was interrupted. */
const INTERRUPTED = 130;

const write = (line: string) => console.log(line);
const stopping = new AbortController();
const stopped = new Promise<number>((resolve) => {
  stopping.signal.addEventListener('abort', () => resolve(INTERRUPTED));
});
let running: RunningStack | undefined;

async function main(): Promise<number> {
  const options = parseOptions(process.argv.slice(2));
  if (options.help) {
    write(USAGE);
    return 0;
  }
  running = await start(options, write, stopping.signal);
  const { stack, auditLines, onLine, onTrace } = running;
  const demonstrated = runDemonstration(stack, { write, auditLines }).then((held) => (held ? 0 : 1));
  const code = await Promise.race([demonstrated, stopped]);
  if (options.once || stopping.signal.aborted) return code;
  write('Running until Ctrl-C. Calls, refusals and traces appear here as they happen.');
  const clients = new Map(Object.entries(stack.machineClients).map(([name, { clientId }]) => [clientId, name]));
  onLine(liveView({ write, clients }));
  onTrace((spans) => {
    for (const line of traceLines(spans)) write(line);
  });
  await stopped;
  return 0;
}

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  process.on(signal, () => stopping.abort());
}
// Whoever read the output is gone.
process.stdout.on('error', () => stopping.abort());

main()
  .catch((error: unknown) => {
    if (stopping.signal.aborted) return INTERRUPTED;
    console.error(error instanceof LocalFailure ? error.message : error);
    return 1;
  })
  .then(async (code) => {
    await running?.close();
    // An interrupted demonstration may hold connections of its own.
    process.exit(code);
  });
