import { readFileSync } from 'node:fs';
import { asOwnerOf } from './owner-of-process.js';
import { runTool, type ToolAnswer, type ToolOptions } from './run-tool.js';

/** The soft limit of open files of a process, a number or `unlimited`; null when it is gone or may not be looked at. */
export function softFileLimit(pid: number): string | null {
  try {
    const limits = readFileSync(`/proc/${pid}/limits`, 'latin1');
    return /^Max open files +(\S+)/m.exec(limits)?.[1] ?? null;
  } catch {
    return null;
  }
}

/** Sets it by `prlimit`; the hard limit stays, so that it can be raised again. */
export function setSoftFileLimit(pid: number, limit: string, options: ToolOptions): Promise<ToolAnswer> {
  const args = ['--pid', String(pid), `--nofile=${limit}:`];
  // Root of a container may become the owner of a process, and mostly not change limits of another user's (CAP_SYS_RESOURCE).
  return runTool('prlimit', args, { ...options, as: asOwnerOf(pid) });
}
