import { type ChildProcess, spawn } from 'node:child_process';
import { join } from 'node:path';

/**
 * Containers run whatever their images say, and would go on when the platform is killed and cannot end them. A small
 * process knows of them and outlives it by a moment.
 */
export class Reaper {
  private readonly child: ChildProcess;

  constructor() {
    this.child = spawn(process.execPath, [join(__dirname, 'reap.mjs')], {
      detached: true,
      env: {},
      stdio: ['pipe', 'ignore', 'ignore'],
    });
    this.child.stdin?.on('error', () => {});
    this.child.unref();
  }

  watch(group: number): void {
    this.child.stdin?.write(`+${group}\n`);
  }

  forget(group: number): void {
    this.child.stdin?.write(`-${group}\n`);
  }

  close(): void {
    this.child.stdin?.end();
  }
}
