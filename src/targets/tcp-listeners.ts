import { readFileSync } from 'node:fs';
import type { Address } from '../model/network.js';
import { parseSocketTable } from './socket-table.js';

/** A TCP socket that listens. */
export interface TcpListener {
  readonly address: Address;
  readonly inode: string;
}

/** Every TCP socket that listens in the network namespace of a process. */
export function tcpListeners(pid: number | 'self'): readonly TcpListener[] {
  return ['tcp', 'tcp6'].flatMap((protocol) =>
    parseSocketTable(tableOf(pid, protocol))
      .filter(({ remote }) => remote.port === 0)
      .map(({ local, inode }) => ({ address: local, inode })),
  );
}

function tableOf(pid: number | 'self', protocol: string): string {
  try {
    return readFileSync(`/proc/${pid}/net/${protocol}`, 'latin1');
  } catch {
    return '';
  }
}
