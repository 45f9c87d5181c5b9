/**
 * Which addresses a stranger's URL may lead to: those of the public internet, and no others. The registries of special
 * ranges (RFC 6890 and after) are `ipaddr.js`'s; cloud metadata addresses lie within them.
 */
import { isIP } from 'node:net';
import ipaddr from 'ipaddr.js';

/** What is assigned for the public IPv6 internet (RFC 4291 §2.4); the rest embeds, translates or is reserved. */
const GLOBAL_IPV6 = ipaddr.IPv6.parseCIDR('2000::/3');

/** Takes addresses as a resolver writes them. Other spellings, and an address with a zone, are not public. */
export function isPublicAddress(address: string): boolean {
  if (isIP(address) === 0 || address.includes('%')) return false;
  const parsed = ipaddr.parse(address);
  return parsed.range() === 'unicast' && (!(parsed instanceof ipaddr.IPv6) || parsed.match(GLOBAL_IPV6));
}
