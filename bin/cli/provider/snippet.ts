import { type Dialect, quoted } from './dialects';
import type { Finding, Provider } from './findings';
import { likelyAlgorithms } from './signing-keys';

/** The construct that reads this provider's tokens, as code. */
export function snippetOf(provider: Provider, findings: readonly Finding[], dialect?: Dialect): string {
  const jwksUri = typeof provider.metadata.jwks_uri === 'string' ? provider.metadata.jwks_uri : '<jwks_uri>';
  const unregistered = findings.some(({ neededFor, present }) => neededFor === 'clients nobody registered' && present);
  const algorithms = likelyAlgorithms(provider.keys);
  const byDefault = algorithms.length === 0 || algorithms.join() === 'RS256';
  const properties = [
    `issuer: ${quoted(provider.issuer)},`,
    `jwksUri: ${quoted(jwksUri)},`,
    ...(unregistered
      ? ["clients: ['<client id>'], // or `anyClient: true` for those that register themselves"]
      : ["clients: ['<client id>'],"]),
    ...(byDefault ? [] : [`algorithms: [${algorithms.map(quoted).join(', ')}],`]),
    ...(dialect?.properties ?? []),
  ];
  return [`McpAuthorization.${provider.type}({`, ...properties.map((line) => `  ${line}`), '})'].join('\n');
}
