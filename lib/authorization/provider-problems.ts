import { Annotations, Token } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { quoted } from '../private/errors';
import { hostNameProblem } from '../private/web-addresses';
import type { ProviderAuthorizationProps } from './provider-props';

const RSA = ['RS256', 'RS384', 'RS512'];
const ALGORITHMS = [...RSA, 'ES256', 'ES384', 'ES512', 'EdDSA'];

/** Printable ASCII without space, quote and backslash, as a scope's own characters (RFC 6749 §3.3). */
const SCOPE_PREFIX = /^[\x21\x23-\x5b\x5d-\x7e]{0,256}$/;
/** No comma: ids travel as a list. No star: it stands for every client. */
const CLIENT_ID = /^[\x21-\x29\x2b\x2d-\x7e]{1,256}$/;
/** Visible ASCII without what ends an address, or is read differently by programs. */
const ADDRESS = /^[!$-;=?-[\]_a-z~]+$/i;
const HEADER_TYPE = /^[A-Za-z0-9][A-Za-z0-9!#$&^_.+-]{0,126}$/;

/** What is wrong with a provider's description, in words. */
export function providerProblems(props: ProviderAuthorizationProps): string[] {
  const { clients = [], otherAudiences = [], headerTypes, algorithms } = props;
  return [
    ...addressProblems('issuer', props.issuer),
    ...addressProblems('jwksUri', props.jwksUri),
    ...(props.audience === '' ? ['`audience` is empty: name what `aud` of the tokens says, or leave it out'] : []),
    ...otherAudiences.filter((one) => one === '').map(() => '`otherAudiences` has an empty entry: remove it'),
    ...clients.flatMap((id, index) => clientIdProblems(id, clients.indexOf(id) !== index)),
    ...(props.anyClient && clients.length > 0
      ? ['`clients` and `anyClient` exclude each other: name the clients, or allow every one of them']
      : []),
    ...prefixProblems('scopePrefix', props.scopePrefix),
    ...prefixProblems('claimScopePrefix', props.claimScopePrefix),
    ...(['scopeClaim', 'machineScopeClaim', 'clientClaim', 'subjectClaim', 'groupsClaim'] as const)
      .filter((name) => props[name]?.trim() === '')
      .map((name) => `\`${name}\` is empty: name a claim, or leave it out`),
    ...(headerTypes?.length === 0 ? ["`headerTypes` is empty: name one, such as 'at+jwt', or leave it out"] : []),
    ...(headerTypes ?? []).filter((type) => !HEADER_TYPE.test(type)).map(headerTypeProblem),
    ...(algorithms?.length === 0 ? ["`algorithms` is empty: name one, such as 'RS256', or leave it out"] : []),
    ...(algorithms ?? [])
      .filter((name) => !ALGORITHMS.includes(name))
      .map((name) => `algorithm '${name}' is not allowed: use signatures with public keys, ${quoted(ALGORITHMS)}`),
    ...(saysNothingOfItsKind(props)
      ? clients
          .filter((id) => id === props.audience)
          .map(
            (id) =>
              `client '${id}' is also the \`audience\`, so its ID tokens name this server too: ` +
              'register the server as an application of its own',
          )
      : []),
  ];
}

/** Warns of what weakens. */
export function warnOfProvider(scope: Construct, props: ProviderAuthorizationProps): void {
  if (props.anyClient) {
    const text =
      'every client of the provider may sign people in: name them in `clients` where their ids are known, and see to ' +
      'it that the provider asks people for consent';
    Annotations.of(scope).addWarningV2('cdk-mcp:anyClient', text);
  }
  if (saysNothingOfItsKind(props)) {
    const text =
      'the type of the access tokens is that of ID tokens too: let the provider issue `at+jwt` where it can; ID tokens ' +
      'are told apart by their claims alone';
    Annotations.of(scope).addWarningV2('cdk-mcp:untypedAccessTokens', text);
  }
}

/** The algorithms that an HTTP API would refuse. */
export function beyondRsa(algorithms: readonly string[]): string[] {
  return algorithms.filter((name) => !RSA.includes(name));
}

export function clientIdProblems(id: string, twice: boolean): string[] {
  if (Token.isUnresolved(id)) return [];
  if (!CLIENT_ID.test(id)) return [`client id '${id}' is not allowed: use visible characters without ',' and '*'`];
  return twice ? [`client '${id}' stands twice in \`clients\`: remove one`] : [];
}

function saysNothingOfItsKind({ headerTypes = [] }: ProviderAuthorizationProps): boolean {
  return headerTypes.some((type) => ['jwt', 'none'].includes(type.toLowerCase()));
}

function addressProblems(name: 'issuer' | 'jwksUri', address: string): string[] {
  if (Token.isUnresolved(address)) return [];
  const problem = addressProblem(address) ?? (name === 'issuer' && address.includes('?') ? NOT_PLAIN : undefined);
  return problem === undefined ? [] : [`${name} '${address}' ${problem}`];
}

const NOT_PLAIN = 'has a query, a fragment or a character that addresses do not have: write it as the metadata has it';

function addressProblem(address: string): string | undefined {
  if (!address.startsWith('https://') || !URL.canParse(address)) {
    return 'is not an https address: write it in full, as the metadata of the provider has it';
  }
  const { hostname, username, password } = new URL(address);
  if (username !== '' || password !== '') return 'holds credentials: remove them';
  if (!ADDRESS.test(address)) return NOT_PLAIN;
  return hostNameProblem(hostname) && 'names no host that AWS could reach: give its public name';
}

function prefixProblems(name: string, prefix: string | undefined): string[] {
  if (prefix === undefined || Token.isUnresolved(prefix) || SCOPE_PREFIX.test(prefix)) return [];
  return [`${name} '${prefix}' has a character that scopes cannot have: use visible ASCII without space, " and \\`];
}

function headerTypeProblem(type: string): string {
  return `header type '${type}' is not allowed: write it without 'application/', as in 'at+jwt', or 'none'`;
}
