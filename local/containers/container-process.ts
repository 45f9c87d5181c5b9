import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';

export interface ProcessSpec {
  readonly argv: readonly string[];
  readonly folder: string;
  readonly environment: Readonly<Record<string, string>>;
  log(line: string): void;
}

const LAST_LINES_MS = 500;

/** One container: a process in its image's folder. */
export class ContainerProcess {
  /** How it ended, in words. */
  readonly exited: Promise<string>;
  private readonly child: ChildProcess;
  private ended = false;

  constructor(spec: ProcessSpec) {
    const [executable = '', ...rest] = spec.argv;
    // A group of its own: Ctrl-C reaches this platform alone, which then ends its tasks in order.
    this.child = spawn(executable, rest, {
      cwd: spec.folder,
      env: spec.environment,
      detached: true,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    for (const stream of [this.child.stdout, this.child.stderr]) {
      if (stream) createInterface({ input: stream }).on('line', spec.log);
    }
    this.exited = new Promise((resolve) => {
      const end = (how: string) => {
        this.ended = true;
        // Its last lines come after its end; whatever it left behind may hold them open.
        this.child.once('close', () => resolve(how));
        setTimeout(resolve, LAST_LINES_MS, how);
      };
      this.child.once('error', (error) => end(`it did not start: ${error.message}`));
      this.child.once('exit', (code, signal) => end(signal ? `signal ${signal}` : `exit code ${code}`));
    });
  }

  get pid(): number | undefined {
    return this.child.pid;
  }

  get running(): boolean {
    return !this.ended;
  }

  /** SIGTERM, then SIGKILL when it takes longer. */
  async stop(graceMs: number): Promise<void> {
    this.signal('SIGTERM');
    const timer = setTimeout(() => this.signal('SIGKILL'), graceMs);
    await this.exited;
    clearTimeout(timer);
    // What it started and left behind goes with the container.
    this.signal('SIGKILL');
  }

  private signal(signal: NodeJS.Signals): void {
    if (this.child.pid === undefined) return;
    try {
      process.kill(-this.child.pid, signal);
    } catch {
      // It is gone already.
    }
  }
}

/** Runs a command in a container's place to its end; true where it succeeds in time. */
export async function succeeds(spec: Omit<ProcessSpec, 'log'>, timeoutMs: number): Promise<boolean> {
  const check = new ContainerProcess({ ...spec, log: () => {} });
  const timer = setTimeout(() => void check.stop(0), timeoutMs);
  const how = await check.exited;
  clearTimeout(timer);
  return how === 'exit code 0';
}
