import { isIP } from 'node:net';
import ipaddr from 'ipaddr.js';

/** IPv6 that is routed on the public Internet; everything outside is special or not assigned. */
const globalUnicast = ipaddr.IPv6.parse('2000::');

/**
 * Whether an address is one of the public Internet. False for private, loopback, link-local, carrier-grade NAT,
 * multicast and reserved ones, for IPv6 that carries an IPv4 address (mapped, 6to4, Teredo, NAT64), which could
 * lead back to those, and for what is no address.
 */
export function isPublicAddress(address: string): boolean {
  if (isIP(address) === 0) return false;
  const parsed = ipaddr.parse(address);
  if (parsed.range() !== 'unicast') return false;
  return parsed instanceof ipaddr.IPv4 || parsed.match(globalUnicast, 3);
}
