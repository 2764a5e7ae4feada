import { BlockList } from 'node:net';
import { networkInterfaces } from 'node:os';

const loopback = new BlockList();
loopback.addSubnet('127.0.0.0', 8);
loopback.addAddress('::1', 'ipv6');

/** True for an IP address of this machine, or of the network namespace that this process is in. */
export function isOwnAddress(ip: string): boolean {
  const family = ip.includes(':') ? 'ipv6' : 'ipv4';
  if (loopback.check(ip, family)) return true;
  const own = new BlockList();
  for (const { address } of Object.values(networkInterfaces()).flatMap((all) => all ?? [])) {
    own.addAddress(address, address.includes(':') ? 'ipv6' : 'ipv4');
  }
  return own.check(ip, family);
}
