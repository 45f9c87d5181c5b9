/**
 * Clients by their metadata documents: from the cache while HTTP says so, else fetched, and what a fetch costs is
 * counted to whoever caused it and to the host it goes to. Only what was accepted is kept: a broken document, or a
 * failure, is asked for again (draft-ietf-oauth-client-id-metadata-document §5.2).
 */
import type { BrokerConfig } from '../config';
import type { BrokerRequest } from '../http';
import { stdoutLog } from '../log';
import { networkOf } from '../network-of';
import { hashOf } from '../seal';
import type { Counters } from '../store/counters';
import type { Table } from '../store/table';
import type { Client } from './client';
import { admitClientId } from './client-id-url';
import { type FetchedDocument, fetchDocument } from './document-fetch';
import { readMetadataDocument } from './metadata-document';
import { readKeys } from './public-keys';

/** Fetches in a minute. */
const PER_SOURCE = 20;
const PER_HOST = 60;
const WINDOW_SECONDS = 60;

/** An accepted document is kept this long for when its host does not answer, unless HTTP forbids keeping it. */
const STALE_SECONDS = 86_400;

/** Whether a client is known cannot be told right now: not a word on the client, which may try again. */
export class DocumentUnavailable extends Error {
  override readonly name = 'DocumentUnavailable';
}

/** Who asks, to whom the cost is counted. */
export type Asker = Pick<BrokerRequest, 'source' | 'requestId'>;

type Read<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly problem: string };

export class MetadataDocuments {
  constructor(
    private readonly config: Pick<BrokerConfig, 'clients' | 'server'>,
    private readonly table: Table,
    private readonly counters: Counters,
    private readonly now: () => number,
  ) {}

  async find(id: string, asker: Asker): Promise<Client | undefined> {
    const admitted = admitClientId(id, this.config.clients.metadataDocuments?.allowedHosts ?? []);
    if (!admitted.ok) return this.refused(asker, admitted.problem);
    return this.load(admitted.url, admitted.host, asker, (body) => {
      const read = readMetadataDocument(id, body);
      return read.ok ? { ok: true, value: read.client } : read;
    });
  }

  /** Keys of a client that signs its assertions; their address was checked with its document. */
  async keys(uri: string, asker: Asker): Promise<{ readonly keys: readonly object[] } | undefined> {
    return this.load(uri, new URL(uri).host, asker, (body) => {
      const read = readKeys(body);
      return read.ok ? { ok: true, value: { keys: read.keys } } : read;
    });
  }

  private async load<T>(
    url: string,
    host: string,
    asker: Asker,
    read: (body: unknown) => Read<T>,
  ): Promise<T | undefined> {
    const key = `DOCUMENT#${hashOf(url)}`;
    const cached = await this.table.get(key);
    const kept = cached === undefined ? undefined : read(JSON.parse(String(cached.body)));
    if (cached !== undefined && Number(cached.freshUntil) > this.now()) {
      return kept?.ok ? kept.value : this.refused(asker, kept?.problem ?? '');
    }
    const fetched = await this.fetch(url, host, asker);
    if (fetched === 'unavailable') {
      // What was good a while ago still says who the client is; without it nobody can tell.
      if (kept?.ok) return kept.value;
      throw new DocumentUnavailable();
    }
    if (!fetched.ok) return this.refused(asker, fetched.problem, fetched.detail);
    const accepted = read(fetched.body);
    if (!accepted.ok) return this.refused(asker, accepted.problem);
    if (fetched.keepSeconds > 0) {
      const freshUntil = this.now() + fetched.keepSeconds;
      const expires = Math.max(freshUntil, this.now() + STALE_SECONDS);
      await this.table.put(key, { body: JSON.stringify(fetched.body), freshUntil, expires });
    }
    return accepted.value;
  }

  /** 'unavailable': nothing was learnt about the document, only that it cannot be had right now. */
  private async fetch(url: string, host: string, asker: Asker): Promise<FetchedDocument | 'unavailable'> {
    const mayFetch =
      (await this.counters.count(`fetch-from-${networkOf(asker.source)}`, PER_SOURCE, WINDOW_SECONDS)) &&
      (await this.counters.count(`fetch-of-${host}`, PER_HOST, WINDOW_SECONDS));
    if (!mayFetch) {
      this.refused(asker, 'too many documents were fetched in this minute');
      return 'unavailable';
    }
    const fetched = await fetchDocument(url);
    if (fetched.ok || !isPassing(fetched)) return fetched;
    this.refused(asker, fetched.problem, fetched.detail);
    return 'unavailable';
  }

  /** The reason is for the log alone: on the wire it would tell a stranger what our network looks like. */
  private refused(asker: Asker, reason: string, detail?: string): undefined {
    stdoutLog(this.config.server, asker.requestId)('client_refused', { reason, fault: detail });
  }
}

/** A failure of the host or the way to it, not of the document. */
function isPassing({ problem, detail }: Extract<FetchedDocument, { ok: false }>): boolean {
  if (problem === 'bad_status') return detail === '429' || detail?.startsWith('5') === true;
  return problem === 'not_resolvable' || problem === 'not_reachable' || problem === 'too_slow';
}
