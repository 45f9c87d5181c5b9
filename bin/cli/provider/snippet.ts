import { type Dialect, quoted } from './dialects';
import type { Finding, Provider } from './findings';

/** The construct that reads this provider's tokens, as code. */
export function snippetOf(provider: Provider, findings: readonly Finding[], dialect?: Dialect): string {
  const jwksUri = typeof provider.metadata.jwks_uri === 'string' ? provider.metadata.jwks_uri : '<jwks_uri>';
  const unregistered = findings.some(({ neededFor, present }) => neededFor === 'clients nobody registered' && present);
  const properties = [
    `issuer: ${quoted(provider.issuer)},`,
    `jwksUri: ${quoted(jwksUri)},`,
    ...(unregistered
      ? ["clients: ['<client id>'], // or `anyClient: true` for those that register themselves"]
      : ["clients: ['<client id>'],"]),
    ...(dialect?.properties ?? []),
  ];
  return [`McpAuthorization.${provider.type}({`, ...properties.map((line) => `  ${line}`), '})'].join('\n');
}
