/** All that an attack is run against: a broker, a provider, a table, a server of documents, a guard, a network. */

import { startBroker, type TestBroker } from '../support/broker';
import { type CimdServer, startCimdServer } from '../support/cimd-server';
import { type Keys, makeKeys } from '../support/guard';
import { CLIENTS_OF_WORLD, DOCUMENT_HOST } from './clients';
import { captureLog, type LogCapture } from './log-capture';
import { type Network, PUBLIC, takeNetwork } from './network';

export interface World {
  readonly at: TestBroker;
  readonly documents: CimdServer;
  readonly network: Network;
  readonly log: LogCapture;
  /** Of the guard's issuer. */
  readonly keys: Keys;
  /** An address nobody has used. */
  source(): string;
  /** Moves on to where no fetch and no registration has been counted yet. */
  freshWindow(): void;
  /** What the last attack changed is put back. */
  reset(): void;
  stop(): Promise<void>;
}

const DAY = 86_400;

export async function startWorld(): Promise<World> {
  const log = captureLog();
  const documents = await startCimdServer(DOCUMENT_HOST);
  const network = takeNetwork(documents);
  const at = await startBroker({ clients: CLIENTS_OF_WORLD });
  const keys = await makeKeys();
  const token = at.provider.token.bind(at.provider);
  let sources = 0;
  let days = 0;
  return {
    at,
    documents,
    network,
    log,
    keys,
    source: () => `198.51.${Math.floor(++sources / 250)}.${sources % 250}`,
    freshWindow: () => {
      // At the start of a day, so that no window ends while something is counted in it.
      at.ahead = ++days * DAY - (Math.floor(Date.now() / 1000) % DAY);
    },
    reset() {
      at.ahead = 0;
      Object.assign(at.provider, { mode: 'ok', user: 'user-1', lifetime: 900, token });
      at.provider.seen.length = 0;
      at.provider.revoked.clear();
      documents.answerWith(undefined);
      network.answers([PUBLIC]);
      network.connected.length = 0;
      network.asked.length = 0;
      log.lines.length = 0;
    },
    async stop() {
      network.restore();
      await at.stop();
      await documents.close();
      log.restore();
    },
  };
}
