import { readFileSync, readlinkSync } from 'node:fs';
import { readProcess } from '../../undo/process-table.js';

/** What `/proc/PID/status` and its neighbours say of a process. */
export interface ProcessStatus {
  readonly startTime: string;
  /** One letter as in `ps`. */
  readonly state: string;
  /** Real, effective, saved and of the file system: equal unless the program changed its user. */
  readonly userIds: readonly number[];
  /** Signals that it handles itself, a bit each, signal 1 first. */
  readonly caught: bigint;
  /** Namespaces that are not those of this process: `net`, `mnt`, `pid`; also one that may not be looked at. */
  readonly otherNamespaces: readonly string[];
}

const namespaces = ['net', 'mnt', 'pid'];

/** Looks at a process; null when none has that pid. */
export function processStatus(pid: number): ProcessStatus | null {
  const entry = readProcess(pid);
  const text = statusOf(pid);
  if (entry === null || text === null) return null;
  const field = (name: string) => new RegExp(String.raw`^${name}:\s*(.*)$`, 'm').exec(text)?.[1] ?? '';
  return {
    startTime: entry.startTime,
    state: entry.state,
    userIds: field('Uid').split(/\s+/).map(Number),
    caught: BigInt(`0x${field('SigCgt') || '0'}`),
    otherNamespaces: namespaces.filter((name) => linkOf(pid, name) !== linkOf('self', name)),
  };
}

function statusOf(pid: number): string | null {
  try {
    return readFileSync(`/proc/${pid}/status`, 'latin1');
  } catch {
    return null;
  }
}

function linkOf(pid: number | 'self', name: string): string | null {
  try {
    return readlinkSync(`/proc/${pid}/ns/${name}`);
  } catch {
    return null;
  }
}
