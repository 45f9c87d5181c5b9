import { isLoopback, isSecure, type MetadataType, visible } from './addresses';
import type { Document } from './fetch-document';
import { type Keys, keysFindings } from './signing-keys';

/** One thing that MCP clients, API Gateway or the guard look for. */
export interface Finding {
  readonly feature: string;
  readonly neededFor: string;
  readonly level: 'required' | 'recommended' | 'optional';
  /** Undefined: no metadata says so. */
  readonly present?: boolean;
  /** What was found, or what to do. */
  readonly detail: string;
}

/** All that was fetched. */
export interface Provider {
  readonly issuer: string;
  readonly type: MetadataType;
  readonly metadata: Document;
  /** Whether each kind of metadata is there. */
  readonly published: Readonly<Record<MetadataType, boolean>>;
  readonly keys: Keys;
}

/** RFC 8414 §2: what counts where a provider is silent. */
const DEFAULT_GRANTS = ['authorization_code', 'implicit'];

export function findingsOf(provider: Provider): Finding[] {
  const { metadata, published } = provider;
  const grants = list(metadata.grant_types_supported) ?? DEFAULT_GRANTS;
  const authMethods = list(metadata.token_endpoint_auth_methods_supported);
  const challenges = list(metadata.code_challenge_methods_supported);
  return [
    {
      feature: 'OpenID discovery',
      neededFor: 'the JWT authorizer of McpEndpoint.httpApi',
      level: provider.type === 'oidc' ? 'required' : 'optional',
      present: published.oidc,
      detail: published.oidc ? 'published' : 'not published: an HTTP API cannot verify its tokens',
    },
    {
      feature: 'OAuth metadata (RFC 8414)',
      neededFor: 'clients that know no OpenID discovery',
      level: 'optional',
      present: published.oauth,
      detail: published.oauth ? 'published' : 'not published: clients take OpenID discovery',
    },
    endpoint('authorization endpoint', 'people who sign in', metadata.authorization_endpoint, provider.issuer),
    endpoint('token endpoint', 'every client', metadata.token_endpoint, provider.issuer),
    {
      feature: 'authorization code',
      neededFor: 'people who sign in',
      level: 'required',
      present:
        grants.includes('authorization_code') && (list(metadata.response_types_supported) ?? []).includes('code'),
      detail: `grants: ${shown(grants)}; response types: ${shown(list(metadata.response_types_supported))}`,
    },
    {
      feature: 'PKCE with S256',
      neededFor: 'MCP clients, which refuse to go on without it',
      level: 'required',
      present: challenges?.includes('S256') ?? false,
      detail: challenges === undefined ? 'not advertised' : shown(challenges),
    },
    withoutDemand(
      'requests that are not pushed',
      'people who sign in: MCP clients push none (RFC 9126)',
      'require_pushed_authorization_requests',
      metadata,
    ),
    withoutDemand(
      'requests that are not signed',
      'people who sign in: MCP clients sign none (RFC 9101)',
      'require_signed_request_object',
      metadata,
    ),
    ...keysFindings(provider.keys),
    {
      feature: 'public clients',
      neededFor: 'clients on a person’s computer, which can keep no secret',
      level: 'recommended',
      present: authMethods?.includes('none') ?? false,
      detail: authMethods === undefined ? 'not advertised' : shown(authMethods),
    },
    {
      feature: '`iss` in answers (RFC 9207)',
      neededFor: 'clients that talk to several providers, against mix-up',
      level: 'recommended',
      present: metadata.authorization_response_iss_parameter_supported === true,
      detail: yes(metadata.authorization_response_iss_parameter_supported),
    },
    {
      feature: 'refresh tokens',
      neededFor: 'staying signed in',
      level: 'recommended',
      present: grants.includes('refresh_token'),
      detail: grants.includes('refresh_token') ? 'advertised' : 'not advertised',
    },
    {
      feature: 'client ID metadata documents',
      neededFor: 'clients nobody registered',
      level: 'optional',
      present: metadata.client_id_metadata_document_supported === true,
      detail: yes(metadata.client_id_metadata_document_supported),
    },
    {
      feature: 'dynamic registration (RFC 7591)',
      neededFor: 'clients nobody registered',
      level: 'optional',
      present: typeof metadata.registration_endpoint === 'string',
      detail:
        typeof metadata.registration_endpoint === 'string' ? visible(metadata.registration_endpoint) : 'not advertised',
    },
    {
      feature: 'client credentials',
      neededFor: 'machine clients',
      level: 'optional',
      present: grants.includes('client_credentials'),
      detail: grants.includes('client_credentials') ? 'advertised' : 'not advertised',
    },
    {
      feature: 'resource indicators (RFC 8707)',
      neededFor: 'tokens whose `aud` is the MCP URL',
      level: 'recommended',
      detail: 'no metadata says so: get a token for `resource=<MCP URL>` and look at its `aud`',
    },
  ];
}

/** Whether a provider can be used behind one endpoint at least, apart from how its tokens look. */
export function isUsable(findings: readonly Finding[]): boolean {
  return findings.every(({ level, present }) => level !== 'required' || present === true);
}

function endpoint(feature: string, neededFor: string, value: unknown, issuer: string): Finding {
  const address = typeof value === 'string' ? value : '';
  const secure = isSecure(address) && (isLoopback(issuer) || !isLoopback(address));
  const detail = address === '' ? 'not advertised' : secure ? visible(address) : `${visible(address)} is not https`;
  return { feature, neededFor, level: 'required', present: secure, detail };
}

/** What a provider takes unless it demands more; left out, the demand is off. */
function withoutDemand(feature: string, neededFor: string, demand: string, metadata: Document): Finding {
  const demanded = metadata[demand] === true;
  const detail = demanded ? `refused: \`${demand}\` is on, switch it off` : 'taken';
  return { feature, neededFor, level: 'required', present: !demanded, detail };
}

function list(value: unknown): string[] | undefined {
  return Array.isArray(value) ? value.filter((one) => typeof one === 'string') : undefined;
}

function shown(values: readonly string[] | undefined): string {
  return values === undefined || values.length === 0 ? 'none' : visible(values.join(', '));
}

function yes(value: unknown): string {
  return value === true ? 'advertised' : 'not advertised';
}
