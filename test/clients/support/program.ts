/** Runs a client's command and keeps what it prints. */
import { spawn } from 'node:child_process';

export interface Run {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface RunOptions {
  readonly env: Readonly<Record<string, string>>;
  readonly cwd?: string;
  /** Written at once; the input stays open. */
  readonly input?: string;
  readonly timeoutMs?: number;
  /** Ends the program when nothing more is to be expected of it. */
  readonly signal?: AbortSignal;
  /** Ends the program when it has printed what was waited for. */
  until?(stdout: string): boolean;
}

const TIMEOUT_MS = 60_000;

export function run(command: string, args: readonly string[], options: RunOptions): Promise<Run> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, {
      cwd: options.cwd,
      env: options.env,
      stdio: [options.input === undefined ? 'ignore' : 'pipe', 'pipe', 'pipe'],
    });
    const printed = { stdout: '', stderr: '' };
    options.signal?.addEventListener('abort', () => child.kill('SIGTERM'));
    const timer = setTimeout(() => child.kill('SIGKILL'), options.timeoutMs ?? TIMEOUT_MS);
    for (const name of ['stdout', 'stderr'] as const) {
      child[name]?.setEncoding('utf8').on('data', (text: string) => {
        printed[name] += text;
        if (options.until?.(printed.stdout)) child.kill('SIGTERM');
      });
    }
    child.once('error', reject);
    child.once('close', (code) => {
      clearTimeout(timer);
      resolve({ code, ...printed });
    });
    if (options.input !== undefined) child.stdin?.write(options.input);
  });
}

/** The environment of a program that knows nothing of this machine but where programs are. */
export function cleanEnvironment(home: string): Record<string, string> {
  return { PATH: process.env.PATH ?? '', HOME: home, LANG: 'C.UTF-8' };
}
