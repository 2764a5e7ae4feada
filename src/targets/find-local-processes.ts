import { readFileSync } from 'node:fs';
import type { Address } from '../model/network.js';
import { listProcesses } from '../undo/process-table.js';
import { commandOf } from './command-of.js';
import { isOwnAddress } from './is-own-address.js';
import { parseSocketTable, type SocketEntry } from './socket-table.js';
import { socketsOf } from './sockets-of.js';

/** A process on this machine whose packets to or from an address a rule would hit. */
export interface LocalProcess {
  readonly pid: number;
  /** Its command line, shortened. */
  readonly command: string;
  /** `listens there`, `2 connections`. */
  readonly how: string;
}

/**
 * Every local process that has a socket at one of these addresses or connected to it now, in this process's network namespace;
 * those of other users only where this user may look at them.
 */
export function findLocalProcesses(addresses: readonly Address[]): readonly LocalProcess[] {
  const places = addresses.map((address) => ({ address, isOwn: isOwnAddress(address.host) }));
  const sockets = new Map<string, SocketEntry>();
  for (const protocol of ['tcp', 'tcp6', 'udp', 'udp6'] as const) {
    for (const entry of parseSocketTable(tableOf(protocol))) {
      const isThere = places.some(
        ({ address, isOwn }) =>
          isAt(entry.remote, address) || (isOwn && (isAt(entry.local, address) || isAtAny(entry, address))),
      );
      if (isThere) sockets.set(entry.inode, entry);
    }
  }
  if (sockets.size === 0) return [];
  return listProcesses().flatMap(({ pid, name }) => {
    const held = socketsOf(pid).flatMap((inode) => sockets.get(inode) ?? []);
    if (held.length === 0) return [];
    return [{ pid, command: commandOf(pid) ?? name, how: howOf(held) }];
  });
}

function howOf(held: readonly SocketEntry[]): string {
  const listening = held.some(({ remote }) => remote.port === 0);
  const open = held.filter(({ remote }) => remote.port !== 0).length;
  const connections = open === 0 ? [] : [`${open} ${open === 1 ? 'connection' : 'connections'}`];
  return [...(listening ? ['listens there'] : []), ...connections].join(', ');
}

function isAt(place: Address, address: Address): boolean {
  return place.host === address.host && place.port === address.port;
}

/** Bound to all addresses of the machine. */
function isAtAny({ local }: SocketEntry, { port }: Address): boolean {
  return local.port === port && (local.host === '0.0.0.0' || local.host === '::');
}

function tableOf(protocol: string): string {
  try {
    return readFileSync(`/proc/self/net/${protocol}`, 'latin1');
  } catch {
    return '';
  }
}
