import { readFileSync } from 'node:fs';
import { isIPv4 } from 'node:net';
import type { Address } from '../../model/network.js';

/**
 * How many datagrams the kernel dropped because the buffer of a socket was full, by the socket's local address.
 * Null where it does not tell, which is everywhere but on Linux.
 */
export function readKernelDrops(): ((address: Address) => number) | null {
  try {
    const drops = parseDrops(`${readFileSync('/proc/self/net/udp', 'utf8')}\n${udp6()}`);
    return (address) => drops.get(procAddress(address)) ?? 0;
  } catch {
    return null;
  }
}

/** The last column of the kernel's table by the column of the local address. */
export function parseDrops(table: string): ReadonlyMap<string, number> {
  const drops = new Map<string, number>();
  for (const line of table.split('\n')) {
    const columns = line.trim().split(/\s+/);
    const [number = '', local] = columns;
    if (local !== undefined && /^\d+:$/.test(number)) drops.set(local, Number(columns.at(-1)));
  }
  return drops;
}

/** An address as the kernel's table writes it on machines with the least byte first: `0100007F:0035`. */
export function procAddress({ host, port }: Address): string {
  const words = isIPv4(host) ? [host.split('.').map(Number)] : ipv6Words(host);
  const hex = (value: number, digits: number) => value.toString(16).toUpperCase().padStart(digits, '0');
  const text = words.map((bytes) => bytes.toReversed().map((byte) => hex(byte, 2)));
  return `${text.flat().join('')}:${hex(port, 4)}`;
}

/** The four words of an IPv6 address, four bytes each. */
function ipv6Words(host: string): readonly (readonly number[])[] {
  const plain = host.replace(/%.*$/, '').replace(/[\d.]+$/, (end) => (end.includes('.') ? mapped(end) : end));
  const [head = '', tail] = plain.split('::');
  const groups = (text: string) => (text === '' ? [] : text.split(':').map((group) => parseInt(group, 16)));
  const [before, after] = [groups(head), groups(tail ?? '')];
  const gap = Array<number>(8 - before.length - after.length).fill(0);
  const bytes = [...before, ...gap, ...after].flatMap((group) => [group >> 8, group & 0xff]);
  return [0, 4, 8, 12].map((at) => bytes.slice(at, at + 4));
}

/** The IPv4 end of an IPv6 address as two groups. */
function mapped(ipv4: string): string {
  const [a = 0, b = 0, c = 0, d = 0] = ipv4.split('.').map(Number);
  return `${((a << 8) | b).toString(16)}:${((c << 8) | d).toString(16)}`;
}

function udp6(): string {
  try {
    return readFileSync('/proc/self/net/udp6', 'utf8');
  } catch {
    return '';
  }
}
