import type { CorsSpec } from '../deployment/apis';
import type { GatewayResponse } from './response';

/** A browser asking first; API Gateway answers it itself when the API has a CORS configuration. */
export function isPreflight(method: string, headers: Readonly<Record<string, unknown>>): boolean {
  return method === 'OPTIONS' && !!headers.origin && !!headers['access-control-request-method'];
}

/** The answer to a preflight: without CORS headers where the origin is not allowed. */
export function preflightResponse(cors: CorsSpec, origin: string): GatewayResponse {
  const allowed = allowedOrigin(cors, origin);
  return {
    status: 204,
    headers: allowed
      ? present({
          'access-control-allow-origin': allowed,
          'access-control-allow-methods': cors.AllowMethods?.join(','),
          'access-control-allow-headers': cors.AllowHeaders?.join(','),
          'access-control-allow-credentials': cors.AllowCredentials ? 'true' : undefined,
          'access-control-max-age': cors.MaxAge === undefined ? undefined : String(cors.MaxAge),
        })
      : {},
    body: Buffer.alloc(0),
  };
}

/** An integration's response: its own CORS headers are ignored, the configured ones take their place. */
export function withCors(
  response: GatewayResponse,
  cors: CorsSpec | undefined,
  origin: string | undefined,
): GatewayResponse {
  if (!cors) return response;
  const own = Object.entries(response.headers).filter(([name]) => !name.startsWith('access-control-'));
  const allowed = origin === undefined ? undefined : allowedOrigin(cors, origin);
  const configured = allowed
    ? present({
        'access-control-allow-origin': allowed,
        'access-control-expose-headers': cors.ExposeHeaders?.join(','),
        'access-control-allow-credentials': cors.AllowCredentials ? 'true' : undefined,
      })
    : {};
  return { ...response, headers: { ...Object.fromEntries(own), ...configured } };
}

/** `*`, `https://*` and `http://*` are patterns; anything else is compared exactly. */
function allowedOrigin(cors: CorsSpec, origin: string): string | undefined {
  if (cors.AllowOrigins?.includes('*')) return '*';
  const allowed = cors.AllowOrigins?.some(
    (candidate) =>
      candidate === origin || (/^https?:\/\/\*$/.test(candidate) && origin.startsWith(candidate.slice(0, -1))),
  );
  return allowed ? origin : undefined;
}

function present(headers: Record<string, string | undefined>): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).filter((entry): entry is [string, string] => !!entry[1]));
}
