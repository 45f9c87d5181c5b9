/** Leads a name to a server here, as `test/support/cimd-preload.cjs` does for a process of its own. */
import dns from 'node:dns';
import tls from 'node:tls';
import type { CimdServer } from '../../../support/cimd-server';

export const PUBLIC = '93.184.215.14';

type Answer = { readonly address: string; readonly family: number };

export interface Network {
  /** Addresses that were connected to. */
  readonly connected: readonly string[];
  /** What the resolver answers, one list after the other; the last one stays. */
  answers(...lists: readonly (readonly string[])[]): void;
  /** How often the resolver was asked. */
  asked(): number;
  /** Trusts the server's authority, or not. */
  trust(yes: boolean): void;
}

export function fakeNetwork(server: CimdServer): Network {
  const connected: string[] = [];
  let queue: Answer[][] = [[{ address: PUBLIC, family: 4 }]];
  let trusted = true;
  const lookup = jest.spyOn(dns.promises, 'lookup').mockImplementation((async (
    _name: string,
    options?: { all?: boolean },
  ) => {
    const answer = (queue.length > 1 ? queue.shift() : queue[0])!;
    return options?.all ? answer : answer[0];
  }) as never);
  // A second resolution, by the socket, would come this way.
  jest.spyOn(dns, 'lookup').mockImplementation((() => {
    throw new Error('the name was resolved again');
  }) as never);
  const { connect } = tls;
  jest.spyOn(tls, 'connect').mockImplementation(((options: tls.ConnectionOptions, ...rest: never[]) => {
    options.lookup!(options.host!, { all: true }, (_error, addresses) => {
      connected.push(...(addresses as Answer[]).map(({ address }) => address));
    });
    const ca = trusted ? server.authority : undefined;
    return connect({ ...options, ca, host: '127.0.0.1', port: server.port, lookup: undefined }, ...rest);
  }) as never);
  return {
    connected,
    answers: (...lists) => {
      queue = lists.map((list) => list.map((address) => ({ address, family: address.includes(':') ? 6 : 4 })));
    },
    asked: () => lookup.mock.calls.length,
    trust: (yes) => {
      trusted = yes;
    },
  };
}
