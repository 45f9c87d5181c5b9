/**
 * The network as an attacker of the document fetch would shape it: what names resolve to, and what was connected to.
 * Set from outside the program; whatever it checks it checks as ever.
 */
import dns from 'node:dns';
import tls from 'node:tls';
import type { CimdServer } from '../support/cimd-server';

export const PUBLIC = '93.184.215.14';

export interface Network {
  /** Addresses that were connected to. */
  readonly connected: string[];
  /** Names that were asked for. */
  readonly asked: string[];
  /** What the resolver answers, one list after the other; the last one stays. */
  answers(...lists: readonly (readonly string[])[]): void;
  restore(): void;
}

export function takeNetwork(server: CimdServer): Network {
  const { lookup: promised } = dns.promises;
  const { lookup } = dns;
  const { connect } = tls;
  const connected: string[] = [];
  const asked: string[] = [];
  let queue: string[][] = [[PUBLIC]];
  const isLocal = (name: string) => name === '127.0.0.1' || name === 'localhost';

  dns.promises.lookup = (async (name: string, options: never) => {
    if (isLocal(name)) return promised(name, options);
    asked.push(name);
    const answer = queue.length > 1 ? queue.shift() : queue[0];
    return (answer ?? []).map((address) => ({ address, family: address.includes(':') ? 6 : 4 }));
  }) as never;
  // A second resolution, by the socket, would come this way: it is what a rebinding name waits for.
  dns.lookup = ((name: string, options: never, done: never) => {
    if (isLocal(name)) return lookup(name, options, done);
    asked.push(name);
    (done as (error: null, addresses: object[]) => void)(null, [{ address: '127.0.0.1', family: 4 }]);
  }) as never;
  tls.connect = ((options: tls.ConnectionOptions, ...rest: never[]) => {
    options.lookup?.(options.host ?? '', { all: true }, (_error, addresses) => {
      connected.push(...[addresses].flat().map((each) => (typeof each === 'string' ? each : each.address)));
    });
    const here = { ca: server.authority, host: '127.0.0.1', port: server.port, lookup: undefined };
    return connect({ ...options, servername: options.servername || (options.host ?? ''), ...here }, ...rest);
  }) as never;
  return {
    connected,
    asked,
    answers: (...lists) => {
      queue = lists.map((list) => [...list]);
    },
    restore() {
      dns.promises.lookup = promised;
      dns.lookup = lookup;
      tls.connect = connect;
    },
  };
}

/** Runs with deadlines that a test can wait for. */
export async function impatiently<T>(work: () => Promise<T>, milliseconds = 250): Promise<T> {
  const { timeout } = AbortSignal;
  AbortSignal.timeout = (asked) => timeout.call(AbortSignal, Math.min(asked, milliseconds));
  try {
    return await work();
  } finally {
    AbortSignal.timeout = timeout;
  }
}
