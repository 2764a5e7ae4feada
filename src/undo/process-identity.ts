import { ChaosError } from '../model/chaos-error.js';
import type { ProcessIdentity } from '../model/receipt.js';
import { isLiving, readProcess } from './process-table.js';

/**
 * The identity of a process, or null when no process has that pid. A zombie still has one.
 *
 * Looks before it returns its promise: the pid of a child that was just spawned cannot be reaped meanwhile.
 */
export function identityOf(pid: number): Promise<ProcessIdentity | null> {
  const entry = readProcess(pid);
  return Promise.resolve(entry && { pid, startTime: entry.startTime });
}

/** The identity of the process that asks. */
export async function ownIdentity(): Promise<ProcessIdentity> {
  const identity = await identityOf(process.pid);
  if (identity === null)
    throw new ChaosError('INTERNAL', `expected an entry for pid ${process.pid} in /proc, got none`);
  return identity;
}

/** True while that very process runs: a later one with the same pid is another, and a zombie is dead. */
export function isAlive(identity: ProcessIdentity): boolean {
  const entry = readProcess(identity.pid);
  return entry !== null && entry.startTime === identity.startTime && isLiving(entry);
}
