/** The clients of the attacked broker: one of each kind. */
import { createHash } from 'node:crypto';
import type { ClientRegistrations } from '../../lib/private/contract';
import { CLIENT, CONFIDENTIAL, LOOPBACK, REDIRECT, SECRET } from '../support/broker';

export const DOCUMENT_HOST = 'client.example.org';
/** Redirect URI of a client whose page has parameters of its own. */
export const WITH_QUERY = 'https://client.example/cb?tenant=1';
export const PER_SOURCE = 2;
export const PER_DAY = 50;

export const CLIENTS_OF_WORLD: ClientRegistrations = {
  preRegistered: [
    { id: CLIENT, name: 'Notes app', redirectUris: [REDIRECT, LOOPBACK, WITH_QUERY] },
    {
      id: CONFIDENTIAL,
      name: 'Server app',
      redirectUris: [REDIRECT],
      secretHash: createHash('sha256').update(SECRET).digest('hex'),
    },
  ],
  metadataDocuments: { allowedHosts: [DOCUMENT_HOST] },
  dynamic: { perSourcePerHour: PER_SOURCE, perDay: PER_DAY, unusedSeconds: 3_600 },
};
