/**
 * Is the grant behind a token alive, and which MCP client holds it? Every user token comes from the broker's one
 * Cognito client; the grant knows whom it was given to. Machine tokens, and tokens of a provider without a broker,
 * have no grant and pass.
 */
import type { Principal } from '../principal';
import { ok, type Result, refuse } from '../result';

/** The principal with the client that the grant names; `now` in milliseconds since the epoch. */
export type Revocation = (principal: Principal, now: number) => Result<Principal> | Promise<Result<Principal>>;

/** What the guard reads of a grant. */
export interface GrantState {
  /** Empty: it has ended, and no more is known of it. */
  readonly client: string;
  /** Seconds since the epoch. */
  readonly expires: number;
  readonly revoked: boolean;
}

/** Reads a grant by the `origin_jti` of its tokens; undefined: there is none. */
export type ReadGrant = (origin: string) => Promise<GrantState | undefined>;

/** For servers without a broker: nothing knows of a grant, tokens live until they expire. */
export const noGrants: Revocation = (principal) => ok(principal);

/** How long a living grant is believed to live on, in milliseconds; an ended one is refused within this time. */
const BELIEVED_MS = 45_000;
const MAX_GRANTS = 1_000;

export function grantRevocation(read: ReadGrant): Revocation {
  const known = new Map<string, { readonly grant: GrantState; readonly until: number }>();
  return async (principal, now) => {
    if (principal.kind === 'machine') return ok(principal);
    const origin = principal.claims.origin_jti;
    if (typeof origin !== 'string' || origin === '') return refuse({ reason: 'grant_revoked' });
    const cached = known.get(origin);
    if (cached !== undefined && cached.until > now && cached.grant.expires * 1000 > now) {
      return ok({ ...principal, client: cached.grant.client });
    }
    known.delete(origin);
    let grant: GrantState | undefined;
    try {
      grant = await read(origin);
    } catch {
      // Nobody is let in on the word of a table that does not answer.
      return refuse({ reason: 'grants_unavailable' });
    }
    if (grant === undefined || grant.revoked || grant.expires * 1000 <= now) {
      return refuse({ reason: 'grant_revoked', client: grant?.client || undefined });
    }
    if (known.size >= MAX_GRANTS) known.delete(known.keys().next().value ?? '');
    known.set(origin, { grant, until: now + BELIEVED_MS });
    return ok({ ...principal, client: grant.client });
  };
}
