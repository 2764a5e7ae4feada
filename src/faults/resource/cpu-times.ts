import { readFileSync } from 'node:fs';

/** CPU time of the whole machine so far, in clock ticks summed over all CPUs. */
export interface CpuTimes {
  readonly busy: number;
  readonly total: number;
}

/** Reads the first line of `/proc/stat` (proc(5)); idle and I/O wait are not busy, guest time is in user time already. */
export function readCpuTimes(): CpuTimes {
  const [line = ''] = readFileSync('/proc/stat', 'utf8').split('\n');
  const [user = 0, nice = 0, system = 0, idle = 0, ioWait = 0, irq = 0, softIrq = 0, steal = 0] = line
    .split(/\s+/)
    .slice(1)
    .map(Number);
  const busy = user + nice + system + irq + softIrq + steal;
  return { busy, total: busy + idle + ioWait };
}

/** Share of CPU time that was busy between two readings, in percent; null when no time passed. */
export function busyPercent(from: CpuTimes, to: CpuTimes): number | null {
  const total = to.total - from.total;
  return total <= 0 ? null : (100 * (to.busy - from.busy)) / total;
}
