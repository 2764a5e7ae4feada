import { readFileSync } from 'node:fs';

/**
 * How long a process's first thread was ready and waited for a CPU, in ms since it started (`/proc/PID/schedstat`,
 * second field); null where the kernel does not say.
 */
export function runDelayMs(pid: number): number | null {
  try {
    const waited = Number(readFileSync(`/proc/${pid}/schedstat`, 'utf8').split(' ')[1]);
    return Number.isFinite(waited) ? waited / 1e6 : null;
  } catch {
    return null;
  }
}
