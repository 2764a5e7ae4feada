import { endianness } from 'node:os';
import type { Address } from '../model/network.js';

/** One socket of `/proc/net/tcp` and its like. */
export interface SocketEntry {
  readonly local: Address;
  /** Port 0 while it is not connected. */
  readonly remote: Address;
  readonly inode: string;
}

/** Reads the text of `/proc/net/tcp`, `tcp6`, `udp` or `udp6` (proc(5)). IPv4 in IPv6 comes as IPv4. */
export function parseSocketTable(text: string): readonly SocketEntry[] {
  return text
    .split('\n')
    .slice(1)
    .flatMap((line) => {
      const fields = line.trim().split(/\s+/);
      const [local, remote] = [placeOf(fields[1]), placeOf(fields[2])];
      const inode = fields[9];
      // A socket without an inode belongs to no process any more.
      if (local === null || remote === null || inode === undefined || inode === '0') return [];
      return [{ local, remote, inode }];
    });
}

function placeOf(field: string | undefined): Address | null {
  const [, address, port] = /^((?:[0-9A-F]{8}){1,4}):([0-9A-F]{4})$/.exec(field ?? '') ?? [];
  if (address === undefined || port === undefined) return null;
  // The kernel prints words of 32 bits in the machine's order.
  const bytes = (address.match(/.{8}/g) ?? []).flatMap((word) => {
    const ordered = word.match(/../g) ?? [];
    return endianness() === 'LE' ? ordered.toReversed() : ordered;
  });
  return { host: hostOf(bytes.map((byte) => Number.parseInt(byte, 16))), port: Number.parseInt(port, 16) };
}

function hostOf(bytes: readonly number[]): string {
  if (bytes.length === 4) return bytes.join('.');
  const isMapped = bytes.slice(0, 10).every((byte) => byte === 0) && bytes[10] === 255 && bytes[11] === 255;
  if (isMapped) return bytes.slice(12).join('.');
  const words = Array.from({ length: 8 }, (_, n) =>
    ((bytes[2 * n] ?? 0) * 256 + (bytes[2 * n + 1] ?? 0)).toString(16),
  );
  // The URL parser writes IPv6 as everybody does.
  return new URL(`http://[${words.join(':')}]`).hostname.slice(1, -1);
}
