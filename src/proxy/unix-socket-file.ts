import { once } from 'node:events';
import { chmod, lstat, unlink } from 'node:fs/promises';
import { connect } from 'node:net';

/** Who may connect: this user alone. */
export async function keepPrivate(path: string): Promise<void> {
  await chmod(path, 0o600);
}

/**
 * Removes the socket file of a process that ended without doing so.
 *
 * @returns whether it did: not when it is no socket, is somebody else's, or when somebody listens on it
 */
export async function removeStaleSocket(path: string): Promise<boolean> {
  try {
    const file = await lstat(path);
    if (!file.isSocket() || file.uid !== process.getuid?.() || !(await isDead(path))) return false;
    await unlink(path);
    return true;
  } catch {
    return false;
  }
}

async function isDead(path: string): Promise<boolean> {
  const socket = connect(path);
  try {
    await once(socket, 'connect');
    return false;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ECONNREFUSED';
  } finally {
    socket.destroy();
  }
}
