import { parseArgs } from 'node:util';
import { LocalFailure } from './failure';
import { readProvider } from './provider';
import type { OriginRow } from './template/origins';

export interface LocalOptions {
  readonly port: number;
  readonly once: boolean;
  readonly app?: string;
  readonly dir: string;
  /** Sets the context value `dynamic`, as `-c dynamic=true` of the CDK's command line. */
  readonly dynamic: boolean;
  /** Sets the context value `hosting`: `lambda` or `fargate`. */
  readonly hosting?: string;
  /** Sets the context value `endpoint`. */
  readonly endpoint?: string;
  /** Providers of the app that are served here, or elsewhere than in the account. */
  readonly providers?: readonly OriginRow[];
  /** A module for functions' processes; for tests. */
  readonly preload?: string;
  /** `NAME=VALUE` for that module. */
  readonly preloadEnv: readonly string[];
  readonly help: boolean;
}

export const USAGE = `Synthesises the CDK app and runs what was synthesised, here: no account, no containers, no network.

  npm start -- [options]

  --port <number>    where the first API listens (default 3000); the next ports take sign-in and further APIs
  --once             end after the demonstration: 0 if every step held, 1 if not
  --app "<command>"  another CDK app (default: \`app\` of cdk.json)
  --dynamic          let clients register themselves: synthesises with the context value dynamic=true
  --hosting <lambda|fargate|fargate-nodejs>
                     what runs the server: synthesises with the context value hosting
  --endpoint http|rest  the endpoint of the app: synthesises with the context value endpoint
  --dir <folder>     where assembly, logs and stack.json go (default .local); a second run needs its own
  --provider <https://deployed=http://localhost:port>
                     where an OpenID provider of the app (McpAuthorization.oidc) is served for this run; may be repeated
  --help             this text

For tests:

  --preload <file>            a CommonJS module that every function's process loads before its code
  --preload-env <NAME=VALUE>  a variable for that module; may be repeated`;

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
    dynamic: values.dynamic ?? false,
    hosting: oneOf('--hosting', values.hosting, ['lambda', 'fargate', 'fargate-nodejs']),
    endpoint: oneOf('--endpoint', values.endpoint, ['http', 'rest']),
    providers: (values.provider ?? []).map(readProvider),
    preload: values.preload,
    preloadEnv: values['preload-env'] ?? [],
    help: values.help ?? false,
  };
}

function oneOf(option: string, value: string | undefined, known: readonly string[]): string | undefined {
  if (value === undefined || known.includes(value)) return value;
  throw new LocalFailure(`${option} '${value}' is not known: give ${known.join(' or ')}`);
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
        dynamic: { type: 'boolean' },
        hosting: { type: 'string' },
        endpoint: { type: 'string' },
        provider: { type: 'string', multiple: true },
        preload: { type: 'string' },
        'preload-env': { type: 'string', multiple: true },
        help: { type: 'boolean', short: 'h' },
      },
    }).values;
  } catch (error) {
    throw new LocalFailure(`${(error as Error).message.split('. ')[0]}: --help lists the options`);
  }
}
