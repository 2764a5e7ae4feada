import { readFileSync } from 'node:fs';
import { parseProcessStat } from '../model/process-stat.js';
import type { ProcessIdentity } from '../model/receipt.js';

/**
 * The identity of the process that this runs in.
 * Where there is no /proc the start time is `unknown`: what lives in a process is gone with it, so nobody looks it up.
 */
export function thisProcess(): ProcessIdentity {
  return { pid: process.pid, startTime: startTime() };
}

function startTime(): string {
  try {
    return parseProcessStat(readFileSync('/proc/self/stat', 'utf8'))?.startTime ?? 'unknown';
  } catch {
    return 'unknown';
  }
}
