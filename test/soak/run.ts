/** One soak: a world, a process under it, rounds of calls, and a look at the process after each. */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { addOutcomes, drive, noOutcomes, type Outcomes } from './drive';
import { judge, type Sample, type Verdict } from './flat';
import { KINDS } from './kinds';
import { overSockets } from './sockets';
import type { Order, Reply } from './worker';
import { makeWorld } from './world';

export interface SoakOptions {
  readonly calls: number;
  /** Of the calls, those over sockets. */
  readonly overSockets: number;
  readonly rounds: number;
  /** Tokens that come and go: more than the guard remembers. */
  readonly crowd: number;
  readonly leak: boolean;
  readonly onSample?: (sample: Sample, samples: number) => void;
}

export interface SoakResult {
  readonly samples: readonly Sample[];
  readonly outcomes: Outcomes;
  /** Calls of them that went over sockets. */
  readonly overSockets: number;
  readonly verdict: Verdict;
  readonly problems: readonly string[];
  readonly seconds: number;
}

const SOCKETS = 12;

export async function soak(options: SoakOptions): Promise<SoakResult> {
  const began = Date.now();
  const port = await freePort();
  const world = await makeWorld(port, options.crowd);
  const child = fork(join(__dirname, 'worker.ts'), {
    env: { ...process.env, ...world.environment },
    execArgv: ['--expose-gc', '--import', 'tsx'],
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  const gone = once(child, 'exit').then(([code]) => ({ fault: `the soaked process ended with ${code}` }));
  const order = async (what: Order): Promise<Reply> => {
    const answered = once(child, 'message').then(([reply]) => reply as Reply);
    child.send(what);
    const reply: Reply = await Promise.race([answered, gone]);
    if ('fault' in reply) throw new Error(reply.fault);
    return reply;
  };
  const client = overSockets(world.resource, SOCKETS);
  const remote = KINDS.filter(({ only }) => only === undefined).map((kind) => ({ kind, ask: client.ask }));
  const { tokens, resource } = world;
  const samples: Sample[] = [];
  const outcomes = noOutcomes();
  const sockets = noOutcomes();
  let records = 0;
  try {
    await order({ start: { port, resource, tokens, leak: options.leak } });
    for (let round = 0; round < options.rounds; round++) {
      const share = (of: number) => Math.ceil(of / options.rounds);
      const local = { calls: share(options.calls - options.overSockets), seed: round * 2 + 1 };
      const [here, there] = await Promise.all([
        drive({ kinds: remote, tokens, calls: share(options.overSockets), seed: round * 2 + 2, atOnce: SOCKETS }),
        order({ call: local }),
      ]);
      addOutcomes(sockets, here);
      addOutcomes(outcomes, here);
      if ('outcomes' in there) addOutcomes(outcomes, there.outcomes);
      const looked = await order({ sample: outcomes.calls });
      if (!('sample' in looked)) continue;
      records = looked.records;
      samples.push(looked.sample);
      options.onSample?.(looked.sample, samples.length);
    }
  } finally {
    client.close();
    child.disconnect();
    world.close();
  }
  const verdict = judge(samples);
  const problems = [...verdict.problems];
  if (outcomes.wrong > 0) {
    problems.push(`${outcomes.wrong} calls had another outcome than they should`, ...outcomes.examples);
  }
  if (records !== outcomes.records) problems.push(`${records} audit records instead of ${outcomes.records}`);
  const seconds = Math.round((Date.now() - began) / 1000);
  return { samples, outcomes, overSockets: sockets.calls, verdict, problems, seconds };
}

/** The resource names the port, so it must be known before the server listens. */
async function freePort(): Promise<number> {
  const probe = createServer();
  await new Promise<void>((resolve) => probe.listen(0, '127.0.0.1', resolve));
  const { port } = probe.address() as AddressInfo;
  await new Promise((resolve) => probe.close(resolve));
  return port;
}
