import { readProcess } from '../undo/process-table.js';

/** The processes that started this one, nearest first: they wait for it. */
export function ownAncestors(): readonly number[] {
  const found: number[] = [];
  for (let pid = process.ppid; pid > 0 && !found.includes(pid); pid = readProcess(pid)?.parentPid ?? 0)
    found.push(pid);
  return found;
}
