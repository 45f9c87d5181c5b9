import type { Pool } from './pool';

/** The hour a managed-login sign-in is remembered; it does not slide. */
export const SIGN_IN_SECONDS = 3600;

/**
 * Cognito names its cookie `cognito` and relies on the domain. Cookies of localhost are shared by all ports, so
 * the pool is part of the name here. Not `Secure`: these origins are http on loopback.
 */
export function signInCookieName(pool: Pool): string {
  return `cognito-${pool.config.poolId}`;
}

export function csrfCookieName(pool: Pool): string {
  return `XSRF-TOKEN-${pool.config.poolId}`;
}

export function setCookie(name: string, value: string, maxAge?: number): string {
  const age = maxAge === undefined ? '' : `; Max-Age=${maxAge}`;
  return `${name}=${value}; Path=/; HttpOnly; SameSite=Lax${age}`;
}

export function readCookie(request: Request, name: string): string | undefined {
  const pairs = request.headers.get('cookie')?.split(';') ?? [];
  const prefix = `${name}=`;
  return pairs
    .map((pair) => pair.trim())
    .find((pair) => pair.startsWith(prefix))
    ?.slice(prefix.length);
}
