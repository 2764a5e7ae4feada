import { socketsOf } from '../sockets-of.js';
import { type TcpListener, tcpListeners } from '../tcp-listeners.js';
import { inspectorUrl } from './inspector-connection.js';

/** An inspector that listens. */
export interface FoundInspector {
  readonly url: string;
  /** Of its socket. */
  readonly inode: string;
}

/** The sockets at which a process listens. */
export function listenersOf(pid: number): readonly TcpListener[] {
  const own = new Set(socketsOf(pid));
  return tcpListeners(pid).filter(({ inode }) => own.has(inode));
}

/** The first of them that is an inspector; null when none is. They are asked over HTTP. */
export async function findInspector(
  listeners: readonly TcpListener[],
  signal: AbortSignal,
): Promise<FoundInspector | null> {
  for (const { address, inode } of listeners) {
    const url = await inspectorUrl(address, signal);
    if (url !== null) return { url, inode };
  }
  return null;
}
