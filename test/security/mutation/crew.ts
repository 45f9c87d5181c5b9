/** Workers that take jobs off one list; a worker that hangs is ended, and another one takes its place. */
import { type ChildProcess, fork } from 'node:child_process';
import { join } from 'node:path';
import type { Job, Verdict } from './worker';

const PATIENCE_MS = 120_000;

export async function workThrough<J extends Job>(
  jobs: readonly J[],
  { hands, root }: { readonly hands: number; readonly root: string },
  report: (job: J, verdict: Verdict) => void,
): Promise<void> {
  const left = [...jobs];
  const one = async () => {
    let worker = hire(root);
    for (let job = left.shift(); job !== undefined; job = left.shift()) {
      const verdict = await answer(worker, job);
      if (verdict === undefined) {
        worker.kill('SIGKILL');
        worker = hire(root);
      }
      const hung = { passed: 0, caught: { file: '', test: 'the tests do not end', why: `${PATIENCE_MS} ms` } };
      report(job, verdict ?? hung);
    }
    worker.kill('SIGKILL');
  };
  await Promise.all(Array.from({ length: hands }, one));
}

function hire(root: string): ChildProcess {
  // What the tests print is theirs; what they say comes as a message.
  const env = { ...process.env, MUTATION_ROOT: root };
  return fork(join(__dirname, 'worker.ts'), [], { env, stdio: ['ignore', 'ignore', 'ignore', 'ipc'] });
}

/** Undefined: it hung or died. */
function answer(worker: ChildProcess, job: Job): Promise<Verdict | undefined> {
  return new Promise((resolve) => {
    const timer = setTimeout(() => resolve(undefined), PATIENCE_MS);
    const done = (verdict: Verdict | undefined) => {
      clearTimeout(timer);
      worker.removeAllListeners();
      resolve(verdict);
    };
    worker.once('message', (verdict) => done(verdict as Verdict));
    worker.once('exit', () => done(undefined));
    worker.send(job);
  });
}
