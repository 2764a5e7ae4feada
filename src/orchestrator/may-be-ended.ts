import { isMainThread } from 'node:worker_threads';

/**
 * Whether a watchdog may end this process when its loop stands still: not while somebody may hold it at a breakpoint, and not
 * for one thread among others.
 */
export async function mayBeEnded(): Promise<boolean> {
  if (!isMainThread) return false;
  if (!process.features.inspector) return true;
  const { url } = await import('node:inspector');
  return url() === undefined;
}
