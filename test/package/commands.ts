import { spawnSync } from 'node:child_process';

export interface Finished {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

const FIVE_MINUTES = 300_000;

/** Runs a program to its end, whatever that is. */
export function run(command: string, args: readonly string[], cwd: string, env: Record<string, string> = {}): Finished {
  const { status, stdout, stderr, error } = spawnSync(command, args, {
    cwd,
    env: { ...inherited(), ...env },
    encoding: 'utf8',
    timeout: FIVE_MINUTES,
    maxBuffer: 64 * 1024 * 1024,
  });
  return { code: status, stdout: stdout ?? '', stderr: error ? `${error.message}\n${stderr ?? ''}` : (stderr ?? '') };
}

/** Runs a program that must end well; its output. */
export function mustRun(
  command: string,
  args: readonly string[],
  cwd: string,
  env: Record<string, string> = {},
): Finished {
  const finished = run(command, args, cwd, env);
  if (finished.code !== 0) {
    throw new Error(`${command} ${args.join(' ')} ended with ${finished.code}:\n${lastLines(finished)}`);
  }
  return finished;
}

/** What a reader needs of a failed program. */
export function lastLines({ stdout, stderr }: Finished): string {
  return `${stdout}\n${stderr}`.trim().split('\n').slice(-15).join('\n');
}

/** The environment of a user's shell: nothing of the npm run this is, nor of a CDK app around it. */
function inherited(): NodeJS.ProcessEnv {
  const ours = /^(npm_(?!config_)|npm_config_local_prefix$|NODE_OPTIONS$|NODE_PATH$|CDK_|INIT_CWD$)/;
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !ours.test(name)));
}
