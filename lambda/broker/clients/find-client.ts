/** Finds a client by its id, in every way the configuration allows: the id's form decides which way. */
import type { BrokerConfig } from '../config';
import type { Registrations } from '../store/registrations';
import type { Client } from './client';
import type { Asker, MetadataDocuments } from './metadata-documents';

export interface ClientSources {
  readonly config: Pick<BrokerConfig, 'clients'>;
  readonly documents: Pick<MetadataDocuments, 'find'>;
  readonly registrations: Pick<Registrations, 'find'>;
}

const MAX_ID = 2_000;

export async function findClient(id: string, asker: Asker, sources: ClientSources): Promise<Client | undefined> {
  const { clients } = sources.config;
  const known = clients.preRegistered?.find((client) => client.id === id);
  if (known !== undefined) {
    return {
      id,
      kind: 'pre-registered',
      name: known.name,
      redirectUris: known.redirectUris,
      authentication:
        known.secretHash === undefined ? { method: 'none' } : { method: 'client_secret', secretHash: known.secretHash },
    };
  }
  if (id.length > MAX_ID) return undefined;
  if (id.startsWith('https://')) return clients.metadataDocuments && sources.documents.find(id, asker);
  return clients.dynamic && sources.registrations.find(id);
}
