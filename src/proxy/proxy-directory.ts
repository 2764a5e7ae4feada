import { createHash } from 'node:crypto';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** The longest path of a Unix socket that every platform takes, with room to spare. */
const maxSocketPath = 100;

/**
 * The directory that a proxy will make for itself, known before it is started so that receipts can name it.
 *
 * @param id - the run's or the injection's id: one proxy of a kind each
 * @param kind - `front`: a proxy that outlives its run; `agent`: where agents meet their controller; `clock`:
 *   where a preloaded clock reads what it is to show
 */
export function planProxyDirectory(
  id: string,
  kind: 'proxy' | 'front' | 'agent' | 'clock' = 'proxy',
): string {
  const readable = join(tmpdir(), `chaosx-${id}-${kind}`);
  if (/^[\w.-]+$/.test(id) && controlPathIn(readable).length < maxSocketPath) return readable;
  const name = `chaosx-${createHash('sha256').update(id).digest('hex').slice(0, 24)}-${kind}`;
  const hashed = join(tmpdir(), name);
  return controlPathIn(hashed).length < maxSocketPath ? hashed : join('/tmp', name);
}

/** Where the proxy of a directory takes orders. */
export function controlPathIn(directory: string): string {
  return join(directory, 'control.sock');
}

/** Where other processes dial through an outgoing route; its port is in the name, so that they need no answer first. */
export function dialPathIn(directory: string, port: number): string {
  return join(directory, `dial-${port}.sock`);
}

/** The port of the route behind a dial socket; null for any other path. */
export function portOfDialPath(path: string): number | null {
  const port = /(?:^|\/)dial-(\d{1,5})\.sock$/.exec(path)?.[1];
  return port === undefined ? null : Number(port);
}

/** Where the proxy of a directory writes what went wrong. */
export function logPathIn(directory: string): string {
  return join(directory, 'proxy.log');
}
