import { readFileSync } from 'node:fs';
import { parseProcessStat } from '../../model/process-stat.js';
import type { ProcessIdentity } from '../../model/receipt.js';

/** The kernel's unit there, on all machines that Node runs on. */
const tickMs = 10;

/** CPU time of a process in ms since it started, its threads that have ended included; null when it is gone. */
export function cpuTimeMs({ pid, startTime }: ProcessIdentity): number | null {
  let text: string;
  try {
    text = readFileSync(`/proc/${pid}/stat`, 'latin1');
  } catch {
    return null;
  }
  if (parseProcessStat(text)?.startTime !== startTime) return null;
  const [user = '0', system = '0'] = text
    .slice(text.lastIndexOf(')') + 2)
    .split(' ')
    .slice(11, 13);
  return (Number(user) + Number(system)) * tickMs;
}
