import { readFileSync } from 'node:fs';
import { parseSocketTable } from './socket-table.js';
import { socketsOf } from './sockets-of.js';
import { tcpListeners } from './tcp-listeners.js';

/** How many TCP connections a process has open that it made itself and that do not go to a port of ours on loopback. */
export function connectionsPassingBy(pid: number, ownPort: number): number {
  const held = new Set(socketsOf(pid));
  const served = new Set(
    tcpListeners(pid)
      .filter(({ inode }) => held.has(inode))
      .map(({ address }) => address.port),
  );
  return ['tcp', 'tcp6']
    .flatMap((protocol) => parseSocketTable(tableOf(pid, protocol)))
    .filter(({ inode, local, remote }) => {
      const isOwn = remote.host === '127.0.0.1' && remote.port === ownPort;
      return held.has(inode) && remote.port !== 0 && !served.has(local.port) && !isOwn;
    }).length;
}

function tableOf(pid: number, protocol: string): string {
  try {
    return readFileSync(`/proc/${pid}/net/${protocol}`, 'latin1');
  } catch {
    return '';
  }
}
