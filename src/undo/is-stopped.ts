import type { ProcessIdentity } from '../model/receipt.js';
import { readProcess } from './process-table.js';

/** True while that very process stands still because of a signal. */
export function isStopped({ pid, startTime }: ProcessIdentity): boolean {
  const entry = readProcess(pid);
  return entry !== null && entry.startTime === startTime && entry.state === 'T';
}
