import { readdirSync, readFileSync } from 'node:fs';
import { ChaosError } from '../model/chaos-error.js';
import { parseProcessStat, type ProcessStat } from '../model/process-stat.js';
import type { ProcessIdentity } from '../model/receipt.js';

/** One line of the kernel's process table. */
export interface ProcessEntry extends ProcessIdentity, ProcessStat {}

/**
 * The entry of one process, zombies included, or null when there is none.
 *
 * Reads synchronously: procfs answers from memory, and a child just spawned cannot be reaped in between.
 *
 * @throws ChaosError UNSUPPORTED_SCENARIO where there is no /proc
 */
export function readProcess(pid: number): ProcessEntry | null {
  const stat = readProc(`${pid}/stat`);
  if (stat === null) return null;
  const known = parseProcessStat(stat);
  return known && { pid, ...known };
}

/** False for zombies: they hold nothing any more but their place in the table. */
export function isLiving(entry: ProcessEntry): boolean {
  return entry.state !== 'Z' && entry.state !== 'X';
}

/** Every living process that /proc shows. */
export function listProcesses(): readonly ProcessEntry[] {
  requireProc();
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map((name) => readProcess(Number(name)))
    .filter((entry) => entry !== null)
    .filter(isLiving);
}

/** The environment that a process was started with, as `NAME=value`; empty when it is not ours to read. */
export function environmentOf(pid: number): readonly string[] {
  return (readProc(`${pid}/environ`) ?? '').split('\0').filter((entry) => entry !== '');
}

function readProc(name: string): string | null {
  try {
    return readFileSync(`/proc/${name}`, 'latin1');
  } catch {
    // Gone, going (ESRCH) or of another user; told apart from a system without /proc.
    requireProc();
    return null;
  }
}

function requireProc(): void {
  if (process.platform === 'linux') return;
  throw new ChaosError('UNSUPPORTED_SCENARIO', `expected Linux with /proc, got ${process.platform}`, {
    hint: 'starting targets and undoing after a killed run need Linux; in-process faults do not',
  });
}
