import { CliFailure } from '../failure';
import { checkedIssuer, isLoopback, isSecure, type MetadataType, metadataAddress, visible } from './addresses';
import { type Dialect, dialectOf } from './dialects';
import { type Document, fetchDocument, Unavailable } from './fetch-document';
import { type Finding, findingsOf, isUsable, type Provider } from './findings';
import { snippetOf } from './snippet';

/** What `check-provider` says; `--json` has the same. */
export interface ProviderReport {
  readonly issuer: string;
  readonly type: MetadataType;
  readonly usable: boolean;
  readonly findings: readonly Finding[];
  readonly snippet: string;
  readonly dialect?: Dialect;
}

/** @param wanted the kind of metadata that must be there; undefined: OpenID's, or else that of RFC 8414 */
export async function checkProvider(
  text: string,
  wanted?: MetadataType,
  fetcher: typeof fetch = fetch,
): Promise<ProviderReport> {
  const issuer = checkedIssuer(text);
  const oidc = await metadataOf(issuer, 'oidc', fetcher);
  const oauth = await metadataOf(issuer, 'oauth', fetcher);
  const type = wanted ?? (isDocument(oidc) ? 'oidc' : 'oauth');
  const metadata = type === 'oidc' ? oidc : oauth;
  if (!isDocument(metadata)) throw new CliFailure(nothingFound(issuer, wanted, { oidc, oauth }));
  for (const [kind, found] of [
    ['oidc', oidc],
    ['oauth', oauth],
  ] as const) {
    if (isDocument(found)) requireIssuer(issuer, metadataAddress(issuer, kind), found);
  }
  const published = { oidc: isDocument(oidc), oauth: isDocument(oauth) };
  const provider: Provider = { issuer, type, metadata, published, keys: await keysOf(issuer, metadata, fetcher) };
  const findings = findingsOf(provider);
  const dialect = dialectOf(issuer);
  return {
    issuer,
    type,
    usable: isUsable(findings),
    findings,
    snippet: snippetOf(provider, findings, dialect),
    dialect,
  };
}

type Found = Document | Unavailable;

async function metadataOf(issuer: string, type: MetadataType, fetcher: typeof fetch): Promise<Found> {
  return fetchDocument(metadataAddress(issuer, type), fetcher).catch(unavailable);
}

function unavailable(error: unknown): Unavailable {
  if (error instanceof Unavailable) return error;
  throw error;
}

function isDocument(found: Found): found is Document {
  return !(found instanceof Unavailable);
}

function nothingFound(issuer: string, wanted: MetadataType | undefined, found: Record<MetadataType, Found>): string {
  const types = wanted === undefined ? (['oidc', 'oauth'] as const) : [wanted];
  const lines = types.map((type) => `${metadataAddress(issuer, type)} ${(found[type] as Unavailable).message}`);
  const other = wanted === 'oidc' ? 'oauth' : 'oidc';
  const hint =
    wanted !== undefined && isDocument(found[other])
      ? `it has metadata of the other kind: use --type ${other}`
      : 'see that the issuer is written as `iss` of its tokens has it, its path included';
  return `no metadata of '${issuer}':\n  ${lines.join('\n  ')}\n${hint}`;
}

/** Clients compare to the letter, a slash at the end included (RFC 8414 §3.3). */
function requireIssuer(issuer: string, address: string, { issuer: named }: Document): void {
  if (named === issuer) return;
  if (typeof named !== 'string') throw new CliFailure(`${address} names no issuer: it is no metadata of a provider`);
  const other = visible(named);
  throw new CliFailure(
    `${address} is of issuer '${other}', not of '${issuer}': clients and guard compare to the letter; if that is the ` +
      `provider you mean, run \`npx cdk-mcp check-provider ${/^[\w:/.~%-]+$/.test(other) ? other : '<issuer>'}\``,
  );
}

/** The keys are asked for only where AWS could ask too. */
async function keysOf(
  issuer: string,
  { jwks_uri: address }: Document,
  fetcher: typeof fetch,
): Promise<Document | string> {
  if (typeof address !== 'string') return 'no `jwks_uri` in the metadata';
  if (!isSecure(address) || (isLoopback(address) && !isLoopback(issuer))) return `${visible(address)} is not https`;
  const keys = await fetchDocument(address, fetcher).catch(unavailable);
  return isDocument(keys) ? keys : `${visible(address)} ${keys.message}`;
}
