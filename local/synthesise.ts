import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { LocalFailure } from './failure';

/** Lines of a failing app's error output that are shown. */
const TAIL = 30;

export interface SynthesisOptions {
  /** The project: where cdk.json is and the app runs. */
  readonly cwd: string;
  readonly outdir: string;
  /** The command that runs the app; from cdk.json when absent. */
  readonly app?: string;
  /** Further context values, as `-c` gives them. */
  readonly context?: Readonly<Record<string, string>>;
  /** Ends the app when the platform is stopped meanwhile. */
  readonly signal?: AbortSignal;
}

/** Runs the CDK app as the CDK CLI does: a shell command that finds output folder and context in its environment. */
export async function synthesise(options: SynthesisOptions): Promise<void> {
  const config = readJson(join(options.cwd, 'cdk.json'));
  const command = options.app ?? (typeof config.app === 'string' ? config.app : undefined);
  if (!command) throw new LocalFailure('there is no app to run: name one in cdk.json or with --app "<command>"');
  const context = {
    ...readJson(join(options.cwd, 'cdk.context.json')),
    ...(config.context as object | undefined),
    ...options.context,
  };
  mkdirSync(options.outdir, { recursive: true });
  // Whatever an earlier run left here must not pass for this run's result.
  rmSync(join(options.outdir, 'manifest.json'), { force: true });
  const { code, stderr } = await run(command, options, {
    ...process.env,
    CDK_OUTDIR: options.outdir,
    CDK_CONTEXT_JSON: JSON.stringify(context),
  });
  if (options.signal?.aborted) throw new LocalFailure('stopped while synthesising');
  if (code !== 0) {
    const tail = stderr.trimEnd().split('\n').slice(-TAIL).join('\n');
    throw new LocalFailure(
      `${tail}\n\nthe app \`${command}\` failed with exit code ${code}: correct what it says above`,
    );
  }
}

function run(
  command: string,
  { cwd, signal }: SynthesisOptions,
  env: NodeJS.ProcessEnv,
): Promise<{ code: number | null; stderr: string }> {
  return new Promise((resolve, reject) => {
    // A group of its own, so that ending it ends what the shell started too.
    const child = spawn(command, { cwd, env, shell: true, detached: true, stdio: ['ignore', 'ignore', 'pipe'] });
    let stderr = '';
    child.stderr.setEncoding('utf8').on('data', (chunk: string) => {
      stderr += chunk;
    });
    const stop = () => child.pid && process.kill(-child.pid, 'SIGTERM');
    signal?.addEventListener('abort', stop, { once: true });
    child.once('error', reject);
    child.once('close', (code) => {
      signal?.removeEventListener('abort', stop);
      resolve({ code, stderr });
    });
  });
}

function readJson(path: string): Record<string, unknown> {
  if (!existsSync(path)) return {};
  try {
    return JSON.parse(readFileSync(path, 'utf8')) as Record<string, unknown>;
  } catch (error) {
    throw new LocalFailure(`cannot read ${path} (${(error as Error).message}): correct it`);
  }
}
