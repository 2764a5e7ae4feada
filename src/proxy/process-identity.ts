import { readFileSync } from 'node:fs';
import { parseProcessStat } from '../model/process-stat.js';
import type { ProcessIdentity } from '../model/receipt.js';

/**
 * A living process, or null when there is none with this pid (a zombie counts as gone).
 * Without `/proc` the start time is empty, and the pid alone has to do.
 */
export function identityOf(pid: number): ProcessIdentity | null {
  try {
    const stat = parseProcessStat(readFileSync(`/proc/${pid}/stat`, 'utf8'));
    if (stat === null || stat.state === 'Z' || stat.state === 'X') return null;
    return { pid, startTime: stat.startTime };
  } catch {
    if (process.platform === 'linux') return null;
  }
  try {
    process.kill(pid, 0);
    return { pid, startTime: '' };
  } catch {
    return null;
  }
}

/** True while that very process lives, not another one that got its pid. */
export function isAlive(identity: ProcessIdentity): boolean {
  return identityOf(identity.pid)?.startTime === identity.startTime;
}
