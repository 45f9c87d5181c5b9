import type { DownstreamService } from '../downstream-service';
import { scopeListProblems } from './scopes';

/** Cognito's form of an audience. */
const AUDIENCE = /^[\x21\x23-\x5b\x5d-\x7e]{1,256}$/;

/** Everything wrong with downstream services, in words that say what to write instead. */
export function downstreamProblems(services: readonly DownstreamService[], declared: readonly string[]): string[] {
  const audiences = services.map(({ audience }) => audience);
  return services.flatMap(({ audience, scopes }, index) => {
    const problems: string[] = [];
    if (!AUDIENCE.test(audience)) {
      problems.push(
        `audience '${audience}' of downstream[${index}] is none: write what its tokens have as \`aud\`, without spaces`,
      );
    } else if (audiences.indexOf(audience) !== index) {
      problems.push(`audience '${audience}' stands twice in \`downstream\`: put its scopes together`);
    }
    return [...problems, ...scopeListProblems(`\`scopes\` of downstream[${index}]`, scopes, declared)];
  });
}

/** The scopes that derived tokens may hold. */
export function exchangeScopes(services: readonly DownstreamService[] = []): string[] {
  return [...new Set(services.flatMap(({ scopes }) => scopes))];
}
