import { readFileSync } from 'node:fs';
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
  return runTool('prlimit', args, { ...options, as: ownerOf(pid) });
}

/** Root of a container may become the owner of a process, and mostly not change limits of another user's (CAP_SYS_RESOURCE). */
function ownerOf(pid: number): ToolOptions['as'] {
  if (process.geteuid?.() !== 0) return undefined;
  try {
    const status = readFileSync(`/proc/${pid}/status`, 'latin1');
    const [uid, gid] = ['Uid', 'Gid'].map((name) =>
      Number(new RegExp(`^${name}:\\s+(\\d+)`, 'm').exec(status)?.[1]),
    );
    return uid === undefined || gid === undefined || !(uid > 0) ? undefined : { uid, gid };
  } catch {
    return undefined;
  }
}
