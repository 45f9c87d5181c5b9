/**
 * Grants of a server in several regions. One that is not in the replica here was written elsewhere a moment ago, or
 * nowhere: the other regions are asked once before its token is refused. Nobody is refused, and nobody let in, on the
 * word of a region that does not answer.
 */
import type { GrantState, ReadGrant } from './revocation';

/** How long a grant that is nowhere is not asked for again, in milliseconds: each question costs a call to every region. */
const UNKNOWN_MS = 5_000;
const MAX_UNKNOWN = 1_000;

export function regionalGrants(own: ReadGrant, others: readonly ReadGrant[], clock = Date.now): ReadGrant {
  const unknown = new Map<string, number>();
  return async (origin) => {
    const here = await own(origin);
    if (here !== undefined) return here;
    if ((unknown.get(origin) ?? 0) > clock()) return undefined;
    const answers = await Promise.allSettled(others.map((read) => read(origin)));
    const found = answers.flatMap((answer) => (answer.status === 'fulfilled' && answer.value ? [answer.value] : []));
    const ended = found.find(({ revoked }) => revoked);
    if (ended !== undefined) return ended;
    if (found[0] !== undefined) return found[0];
    if (answers.some(({ status }) => status === 'rejected')) throw new Error('a region does not answer');
    if (unknown.size >= MAX_UNKNOWN) unknown.delete(unknown.keys().next().value ?? '');
    unknown.set(origin, clock() + UNKNOWN_MS);
    return undefined;
  };
}

/** A grant that was marked as ended has ended, whatever a later write of the grant says. */
export function withEnd(read: ReadGrant, hasEnded: (origin: string) => Promise<boolean>): ReadGrant {
  return async (origin): Promise<GrantState | undefined> => {
    const [grant, ended] = await Promise.all([read(origin), hasEnded(origin)]);
    if (!ended) return grant;
    return { client: grant?.client ?? '', expires: grant?.expires ?? 0, revoked: true };
  };
}
