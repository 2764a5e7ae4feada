import { readFileSync } from 'node:fs';

/** The process that traces another one; 0: none does, null: it is gone. */
export function tracerPidOf(pid: number): number | null {
  try {
    const status = readFileSync(`/proc/${pid}/status`, 'latin1');
    return Number(/^TracerPid:\s+(\d+)/m.exec(status)?.[1] ?? 0);
  } catch {
    return null;
  }
}
