import type { Exposure } from '../../model/evidence.js';
import { runDelayMs } from './run-delay.js';

/**
 * How long a process has waited for a CPU since now.
 *
 * @param where - what it shares, e.g. `runs on the same CPUs`
 * @returns looks at it, given the time now in ms
 */
export function cpuExposureSince(pid: number, where: string, sinceMs: number): (nowMs: number) => Exposure {
  const sinceDelayMs = runDelayMs(pid);
  return (nowMs) => {
    const nowDelayMs = runDelayMs(pid);
    if (nowDelayMs === null || sinceDelayMs === null) {
      return { kind: 'shares-resource', how: `pid ${pid} ${where}` };
    }
    const waitedMs = Math.round(Math.max(0, nowDelayMs - sinceDelayMs));
    const how = `pid ${pid} ${where}; its main thread waited ${waitedMs} ms of ${Math.round(nowMs - sinceMs)} ms for one`;
    return { kind: 'shares-resource', how };
  };
}
