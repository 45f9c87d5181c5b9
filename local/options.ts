import { parseArgs } from 'node:util';
import { LocalFailure } from './failure';

export interface LocalOptions {
  readonly port: number;
  readonly once: boolean;
  readonly app?: string;
  readonly dir: string;
  readonly help: boolean;
}

export const USAGE = `Synthesises the CDK app and runs what was synthesised, here: no account, no containers, no network.

  npm start -- [options]

  --port <number>    where the first API listens (default 3000); the next ports take sign-in and further APIs
  --once             end after the demonstration: 0 if every step held, 1 if not
  --app "<command>"  another CDK app (default: \`app\` of cdk.json)
  --dir <folder>     where assembly, logs and stack.json go (default .local); a second run needs its own
  --help             this text`;

/** The command line; an unknown option or an impossible value is refused by name. */
export function parseOptions(args: readonly string[]): LocalOptions {
  const values = parse(args);
  const port = Number(values.port ?? 3000);
  // Two ports behind it are always taken, more when the app has several APIs or pools.
  if (!Number.isInteger(port) || port < 1 || port > 65_500) {
    throw new LocalFailure(`--port '${values.port}' is no usable port: give a number from 1 to 65500`);
  }
  return {
    port,
    once: values.once ?? false,
    app: values.app,
    dir: values.dir ?? '.local',
    help: values.help ?? false,
  };
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      strict: true,
      allowPositionals: false,
      options: {
        port: { type: 'string' },
        once: { type: 'boolean' },
        app: { type: 'string' },
        dir: { type: 'string' },
        help: { type: 'boolean', short: 'h' },
      },
    }).values;
  } catch (error) {
    throw new LocalFailure(`${(error as Error).message.split('. ')[0]}: --help lists the options`);
  }
}
