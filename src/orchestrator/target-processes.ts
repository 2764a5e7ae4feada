import { readFileSync } from 'node:fs';
import type { ProcessIdentity, Receipt } from '../model/receipt.js';
import type { Target } from '../model/target.js';
import { bearsRun } from '../undo/bears-run.js';
import { isStopped } from '../undo/is-stopped.js';
import { isAlive } from '../undo/process-identity.js';
import { environmentOf } from '../undo/process-table.js';
import { processTree } from '../undo/process-tree.js';
import { runMark, toolMark } from '../undo/run-mark.js';

/** The processes of a target that the run does not end: those that were there before it, with all that they have started. */
export function processesOfTarget(target: Target): readonly ProcessIdentity[] {
  return target.kind === 'running' ? processTree(target.process) : [];
}

/** Whether the run did anything to these processes: what they look like then is not all by themselves. */
export function areTouched(processes: readonly ProcessIdentity[], receipts: readonly Receipt[]): boolean {
  const pids = new Set(processes.map(({ pid }) => pid));
  return receipts.some(
    (receipt) => 'process' in receipt && receipt.process !== undefined && pids.has(receipt.process.pid),
  );
}

/** What keeps them from running as they do by themselves, a sentence each. */
export function heldBack(processes: readonly ProcessIdentity[], runId: string): readonly string[] {
  return processes.filter(isAlive).flatMap((one) => {
    const { pid } = one;
    const tracer = Number(/^TracerPid:\t(\d+)$/m.exec(readProc(pid, 'status'))?.[1] ?? 0);
    const isOurTracer =
      tracer === process.pid ||
      environmentOf(tracer).some((entry) => [`${runMark}=${runId}`, `${toolMark}=${runId}`].includes(entry));
    const cgroup = readProc(pid, 'cgroup')
      .split(/[/\n]/)
      .find((name) => bearsRun(name, runId));
    return [
      ...(isStopped(one) ? [`process ${pid} stands still`] : []),
      ...(tracer > 0 && isOurTracer ? [`process ${pid} is traced by process ${tracer}`] : []),
      ...(cgroup === undefined ? [] : [`process ${pid} is in the cgroup ${cgroup}`]),
    ];
  });
}

function readProc(pid: number, name: string): string {
  try {
    return readFileSync(`/proc/${pid}/${name}`, 'latin1');
  } catch {
    return '';
  }
}
