/** The broker's configuration from the environment the constructs wrote; read once, at cold start. */
import { type Branding, BrokerVariable, type ClientRegistrations } from '../../lib/private/contract';
import { type Environment, list, object, optionalList, requireContract, required, url } from '../environment';
import { type Regions, regionsFrom } from '../regions';

export interface BrokerConfig {
  readonly server: string;
  readonly resource: string;
  readonly resourceName: string;
  /** Origin of the endpoint, no trailing slash. */
  readonly issuer: string;
  readonly scopePrefix: string;
  /** Declared scopes, unqualified, and what each allows in words. */
  readonly scopes: ReadonlyMap<string, string>;
  /** Unqualified. */
  readonly initialScopes: readonly string[];
  readonly machineClients: ReadonlySet<string>;
  readonly clients: ClientRegistrations;
  readonly upstream: UpstreamConfig;
  readonly table: string;
  readonly grantSeconds: number;
  readonly branding: Branding;
  readonly rememberConsentSeconds?: number;
  readonly allowedOrigins: readonly string[];
  /** Headers that pages may send; undefined: the endpoint answers for named origins. */
  readonly cors?: readonly string[];
  /** Undefined: the server stands in one region. */
  readonly regions?: Regions;
}

/** Cognito, as this one client of it knows it. */
export interface UpstreamConfig {
  readonly tokenIssuer: string;
  readonly jwksUri: string;
  readonly client: string;
  readonly secretArn: string;
  readonly authorize: string;
  readonly token: string;
  readonly revoke: string;
}

/** @throws naming the variable that is missing or wrong. */
export function configFrom(environment: Environment): BrokerConfig {
  requireContract(environment, BrokerVariable.contract);
  const remember = environment[BrokerVariable.rememberConsent];
  return {
    server: required(environment, BrokerVariable.server),
    resource: url(environment, BrokerVariable.resource),
    resourceName: required(environment, BrokerVariable.resourceName),
    issuer: origin(environment, BrokerVariable.issuer),
    scopePrefix: environment[BrokerVariable.scopePrefix] ?? '',
    scopes: new Map(Object.entries(object<Record<string, string>>(environment, BrokerVariable.scopes))),
    initialScopes: required(environment, BrokerVariable.initialScopes).split(' '),
    machineClients: new Set(list(environment[BrokerVariable.machineClients])),
    clients: object<ClientRegistrations>(environment, BrokerVariable.clients),
    upstream: {
      tokenIssuer: url(environment, BrokerVariable.tokenIssuer),
      jwksUri: url(environment, BrokerVariable.jwksUri),
      client: required(environment, BrokerVariable.upstreamClient),
      secretArn: required(environment, BrokerVariable.upstreamSecret),
      authorize: url(environment, BrokerVariable.upstreamAuthorize),
      token: url(environment, BrokerVariable.upstreamToken),
      revoke: url(environment, BrokerVariable.upstreamRevoke),
    },
    table: required(environment, BrokerVariable.table),
    grantSeconds: seconds(BrokerVariable.grantSeconds, required(environment, BrokerVariable.grantSeconds)),
    branding: environment[BrokerVariable.branding] ? object<Branding>(environment, BrokerVariable.branding) : {},
    rememberConsentSeconds: remember ? seconds(BrokerVariable.rememberConsent, remember) : undefined,
    allowedOrigins: list(environment[BrokerVariable.allowedOrigins]),
    cors: optionalList(environment[BrokerVariable.cors]),
    regions: regionsFrom(environment, BrokerVariable.regions),
  };
}

/** An origin as clients compare it: to the letter, so that a slash at its end is another issuer (RFC 8414 §3.3). */
function origin(environment: Environment, name: string): string {
  const value = url(environment, name);
  if (new URL(value).origin !== value) throw new Error(`${name} is '${value}': it must be an origin, without a path`);
  return value;
}

function seconds(name: string, value: string): number {
  if (!/^[1-9]\d{0,9}$/.test(value)) throw new Error(`${name} is '${value}': it must be a whole number of seconds`);
  return Number(value);
}

/** Plain http is possible only where the configured origin is loopback: a stack that runs on a laptop. */
export function isPlainHttp(config: Pick<BrokerConfig, 'issuer'>): boolean {
  return config.issuer.startsWith('http:');
}

/** Scopes as they are on the wire. */
export function wireScopes(config: Pick<BrokerConfig, 'scopePrefix'>, scopes: Iterable<string>): string[] {
  return [...scopes].map((scope) => `${config.scopePrefix}${scope}`);
}
