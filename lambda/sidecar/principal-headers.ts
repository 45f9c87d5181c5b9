/** Who is calling, in headers for a server that knows nothing of tokens (`PrincipalHeader` in the contract). */
import { PrincipalHeader } from '../../lib/private/contract';
import type { Principal } from '../guard/principal';

/** What stands for itself: visible ASCII without `%`, which begins an escape, and `,`, which separates. */
const ESCAPED = /[^\x21-\x24\x26-\x2b\x2d-\x7e]+/g;

/** @throws when an id or a name is no text that UTF-8 can carry: two of them must never look the same. */
export function principalHeaders({ kind, id, client, groups, scopes }: Principal): Record<string, string> {
  return {
    [PrincipalHeader.kind]: kind,
    [PrincipalHeader.id]: headerText(id),
    [PrincipalHeader.client]: headerText(client),
    [PrincipalHeader.groups]: groups.map(headerText).join(','),
    [PrincipalHeader.scopes]: scopes.map(headerText).join(' '),
  };
}

export function headerText(text: string): string {
  return text.replace(ESCAPED, encodeURIComponent);
}
