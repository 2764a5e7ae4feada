import { readFileSync } from 'node:fs';
import type { ProcessIdentity } from '../../model/receipt.js';
import { processTree } from '../../undo/process-tree.js';

/** The processes of a target, and those among them that have the library of the preloaded clock in their memory. */
export function preloadedProcesses(root: ProcessIdentity): {
  readonly all: readonly ProcessIdentity[];
  readonly preloaded: readonly ProcessIdentity[];
} {
  const all = processTree(root);
  return { all, preloaded: all.filter(({ pid }) => isPreloaded(pid)) };
}

function isPreloaded(pid: number): boolean {
  try {
    return readFileSync(`/proc/${pid}/maps`, 'latin1').includes('/libfaketime');
  } catch {
    return false;
  }
}
