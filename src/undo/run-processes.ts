import type { ProcessIdentity } from '../model/receipt.js';
import { environmentOf, listProcesses } from './process-table.js';
import type { ProcessEntry } from './process-table.js';
import { runMark, watchdogMark } from './run-mark.js';

/**
 * The living processes whose environment carries exactly the mark of that run; never the one that asks.
 * Sees through setsid and double forks, not through a program that overwrites its own environment block.
 */
export function findMarkedProcesses(runId: string): Promise<readonly ProcessIdentity[]> {
  const mark = `${runMark}=${runId}`;
  const found = listProcesses().filter(({ pid }) => pid !== process.pid && environmentOf(pid).includes(mark));
  return Promise.resolve(found.map(({ pid, startTime }) => ({ pid, startTime })));
}

/**
 * Follows the processes of a run: those that carry its mark, the root's process group, and what descends from
 * any of them. What was seen once stays known while it lives, so that a child which overwrote its environment
 * (as programs do that change their title) is still found after its parent is gone.
 *
 * @param root - the process that chaosx started itself, if it is known
 * @returns looks at the process table now; never holds the asking process or a watchdog
 */
export function trackRunProcesses(
  runId: string,
  root: ProcessIdentity | undefined,
): () => readonly ProcessEntry[] {
  const mark = `${runMark}=${runId}`;
  let known = new Set<string>();
  return () => {
    const table = listProcesses().filter(({ pid }) => pid !== process.pid);
    const environments = new Map(table.map(({ pid }) => [pid, environmentOf(pid)]));
    const isWatchdog = ({ pid }: ProcessEntry) =>
      environments.get(pid)?.some((entry) => entry.startsWith(`${watchdogMark}=`)) ?? false;
    const others = table.filter((entry) => !isWatchdog(entry));
    // The group counts only while its leader lives: later its number may be somebody else's.
    const rootLives = root !== undefined && others.some((entry) => keyOf(entry) === keyOf(root));
    const ours = new Map<number, ProcessEntry>();
    for (const entry of others) {
      const inGroup = rootLives && entry.groupId === root.pid;
      if (inGroup || known.has(keyOf(entry)) || environments.get(entry.pid)?.includes(mark)) {
        ours.set(entry.pid, entry);
      }
    }
    for (let before = -1; before !== ours.size; ) {
      before = ours.size;
      for (const entry of others) if (ours.has(entry.parentPid)) ours.set(entry.pid, entry);
    }
    known = new Set([...ours.values()].map(keyOf));
    return [...ours.values()];
  };
}

function keyOf({ pid, startTime }: ProcessIdentity): string {
  return `${pid} ${startTime}`;
}
