/**
 * Cross-origin reading where the endpoint leaves it to what is behind it, as a REST API does: of named origins, without
 * credentials (Fetch standard, CORS protocol).
 */
export interface CorsFacts {
  readonly allowedOrigins: readonly string[];
  /** Headers that pages may send; undefined: the endpoint answers for named origins. */
  readonly cors?: readonly string[];
}

type Headers = Record<string, string>;

const EXPOSED = 'WWW-Authenticate, Mcp-Session-Id, Retry-After';
const MAX_AGE = '3600';

/** For an answer to a page of this origin; whatever the origin, a cache is told that it matters. */
export function answerFor(origin: string | undefined, { allowedOrigins, cors }: CorsFacts): Headers {
  if (cors === undefined || allowedOrigins.length === 0) return {};
  if (origin === undefined || !allowedOrigins.includes(origin)) return { Vary: 'Origin' };
  return { 'Access-Control-Allow-Origin': origin, 'Access-Control-Expose-Headers': EXPOSED, Vary: 'Origin' };
}

/** For a preflight of a page of this origin. */
export function preflightFor(origin: string | undefined, facts: CorsFacts): Headers {
  const answer = answerFor(origin, facts);
  if (answer['Access-Control-Allow-Origin'] === undefined) return answer;
  return {
    ...answer,
    'Access-Control-Allow-Methods': 'GET, POST, DELETE, OPTIONS',
    'Access-Control-Allow-Headers': facts.cors?.join(', ') ?? '',
    'Access-Control-Max-Age': MAX_AGE,
  };
}
