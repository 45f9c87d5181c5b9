import { columns } from '../table';
import { isLoopback } from './addresses';
import type { ProviderReport } from './check';
import type { Dialect } from './dialects';
import { type Finding, isUsable } from './findings';
import { RSA_KEYS } from './signing-keys';

const HEADINGS = ['feature', 'needed for', 'present', 'found'];

const ON_THIS_COMPUTER =
  'It is on this computer: name its public issuer in the app, and run here with `npm start -- --provider`.';

/** What a reader is told of a provider. */
export function reportText({ issuer, type, findings, snippet, dialect }: ProviderReport): string {
  const rows = findings.map((finding) => [finding.feature, finding.neededFor, mark(finding), finding.detail]);
  return [
    `${issuer} (${type === 'oidc' ? 'OpenID provider' : 'OAuth authorization server'}${dialect ? `, ${dialect.name}` : ''})`,
    '',
    ...columns([HEADINGS, HEADINGS.map((heading) => '-'.repeat(heading.length)), ...rows]).map((line) => `  ${line}`),
    '',
    verdict(findings, type),
    ...(isLoopback(issuer) ? [ON_THIS_COMPUTER] : []),
    '',
    ...snippet.split('\n').map((line) => `  ${line}`),
    ...advice(dialect),
  ].join('\n');
}

/** In words, what a provider lacks. */
export function missing(findings: readonly Finding[]): string[] {
  return findings
    .filter(({ level, present }) => level === 'required' && present !== true)
    .map(({ feature }) => feature);
}

function mark({ level, present }: Finding): string {
  if (present === undefined) return 'unknown';
  if (present) return 'yes';
  return level === 'required' ? 'MISSING' : 'no';
}

function verdict(findings: readonly Finding[], type: ProviderReport['type']): string {
  if (!isUsable(findings)) {
    return (
      `NOT USABLE: ${missing(findings).join(', ')} missing. Change that at the provider, or let people sign in with it ` +
      'at a user pool: McpAuthorization.cognito with `identityProviders` offers clients what this provider does not.'
    );
  }
  const unregistered = findings.some(({ neededFor, present }) => neededFor === 'clients nobody registered' && present);
  return [
    `USABLE with McpAuthorization.${type}${restApiAlone(findings, type)}.`,
    ...(unregistered ? [] : ['No client can register itself: register each at the provider and name its id.']),
    'Whether its access tokens are JSON Web Tokens, and what is in them, only a token shows: docs/providers.md.',
  ].join('\n');
}

/** An HTTP API finds keys by OpenID discovery, and verifies RSA signatures, alone. */
function restApiAlone(findings: readonly Finding[], type: ProviderReport['type']): string {
  const noRsa = findings.some(({ feature, present }) => feature === RSA_KEYS && present !== true);
  const why = [...(type === 'oauth' ? ['no OpenID discovery'] : []), ...(noRsa ? ['no RSA keys'] : [])];
  return why.length === 0 ? '' : `, but only behind McpEndpoint.restApi (${why.join(', ')})`;
}

function advice(dialect: Dialect | undefined): string[] {
  return dialect === undefined ? [] : ['', `At ${dialect.name}:`, ...dialect.advice.map((line) => `  - ${line}`)];
}
