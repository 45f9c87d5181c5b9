import { version } from '../package.json';
import { run } from './cli/run';

// Whoever read the output, `head` for one, may be gone before its end.
process.stdout.on('error', () => process.exit());

run(process.argv.slice(2), version, { out: console.log, error: console.error }).then((code) => {
  process.exitCode = code;
});
