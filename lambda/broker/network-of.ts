/**
 * To whom a request's cost is counted: its address, or of IPv6 the /64 around it, in which one subscriber takes
 * another address for every request.
 */
import ipaddr from 'ipaddr.js';

const PARTS_OF_64 = 4;

export function networkOf(source: string): string {
  if (!ipaddr.isValid(source)) return source;
  const address = ipaddr.process(source);
  return address instanceof ipaddr.IPv6
    ? `${address.parts
        .slice(0, PARTS_OF_64)
        .map((part) => part.toString(16))
        .join(':')}::/64`
    : address.toString();
}
