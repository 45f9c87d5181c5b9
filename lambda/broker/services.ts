/** What the flows work with, put together once per container. Loaded with the first flow, never for a document. */

import type { Principal } from '../guard/principal';
import type { Result } from '../guard/result';
import { decidePrincipal, type TokenFacts } from '../guard/tokens/authenticate';
import { signatureVerifier } from '../guard/tokens/signature';
import type { Client } from './clients/client';
import { findClient } from './clients/find-client';
import { type Asker, MetadataDocuments } from './clients/metadata-documents';
import { type BrokerConfig, isPlainHttp } from './config';
import { type BrowserCookie, browserCookie } from './cookie';
import { secretReader } from './secret';
import { Approvals } from './store/approvals';
import { Codes } from './store/codes';
import { Counters } from './store/counters';
import { Grants } from './store/grants';
import { RefreshHandles } from './store/refresh-handles';
import { Registrations } from './store/registrations';
import { tableWithReplicas } from './store/replicas';
import type { Table } from './store/table';
import { Transactions } from './store/transactions';
import { Upstream } from './upstream';

export interface Services {
  readonly config: BrokerConfig;
  readonly table: Table;
  readonly transactions: Transactions;
  readonly codes: Codes;
  readonly grants: Grants;
  readonly refreshHandles: RefreshHandles;
  readonly registrations: Registrations;
  readonly counters: Counters;
  readonly documents: MetadataDocuments;
  /** Undefined: approvals are not remembered. */
  readonly approvals?: Approvals;
  readonly upstream: Upstream;
  readonly cookie: BrowserCookie;
  readonly findClient: (id: string, asker: Asker) => Promise<Client | undefined>;
  /** Whether the guard will accept this user token, and whose it is. */
  readonly verify: (accessToken: string) => Promise<Result<Principal>>;
  /** Seconds since the epoch. */
  readonly now: () => number;
}

export interface ServiceOptions {
  /** Milliseconds since the epoch. */
  readonly clock?: () => number;
  /** The provider is reached by plain http; by default where the whole stack is on loopback. */
  readonly plainHttpUpstream?: boolean;
  /** The table of this region. */
  readonly table?: Table;
}

export function servicesFor(config: BrokerConfig, options: ServiceOptions = {}): Services {
  const { clock = Date.now, plainHttpUpstream = isPlainHttp(config) } = options;
  const now = () => Math.floor(clock() / 1000);
  const table = tableWithReplicas(config.table, now, config.regions, options.table);
  const counters = new Counters(table, now);
  const documents = new MetadataDocuments(config, table, counters, now);
  const grants = new Grants(table, now, config.grantSeconds);
  const registrations = new Registrations(table, now);
  const facts: TokenFacts = {
    issuer: config.upstream.tokenIssuer,
    resource: config.resource,
    scopePrefix: config.scopePrefix,
    scopes: new Set(config.scopes.keys()),
    userClients: new Set([config.upstream.client]),
    machineClients: new Set(),
  };
  const verifySignature = signatureVerifier({ issuer: config.upstream.tokenIssuer, jwksUri: config.upstream.jwksUri });
  return {
    config,
    table,
    transactions: new Transactions(table, now),
    codes: new Codes(table, now),
    grants,
    approvals:
      config.rememberConsentSeconds === undefined
        ? undefined
        : new Approvals(table, grants, now, config.rememberConsentSeconds),
    refreshHandles: new RefreshHandles(table),
    registrations,
    counters,
    documents,
    upstream: new Upstream(
      config.upstream,
      `${config.issuer}/oauth2/callback`,
      secretReader(config.upstream.secretArn),
      plainHttpUpstream,
    ),
    cookie: browserCookie(isPlainHttp(config)),
    findClient: (id, asker) => findClient(id, asker, { config, documents, registrations }),
    verify: async (accessToken) => {
      const claims = await verifySignature(accessToken);
      return claims.ok ? decidePrincipal(claims.value, facts, clock() / 1000) : claims;
    },
    now,
  };
}
