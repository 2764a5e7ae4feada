import type { ProcessIdentity } from '../model/receipt.js';
import { listProcesses } from './process-table.js';

/**
 * A process and all that descend from it, as they run now, this process and what it has started apart. One whose parent has ended is
 * nobody's child any more, and is not found.
 */
export function processTree(root: ProcessIdentity): readonly ProcessIdentity[] {
  const table = listProcesses().filter(({ pid }) => pid !== process.pid);
  const found = new Set(
    table.filter(({ pid, startTime }) => pid === root.pid && startTime === root.startTime),
  );
  for (let before = -1; before !== found.size; ) {
    before = found.size;
    const pids = new Set([...found].map(({ pid }) => pid));
    for (const entry of table) if (pids.has(entry.parentPid)) found.add(entry);
  }
  return [...found].map(({ pid, startTime }) => ({ pid, startTime }));
}
