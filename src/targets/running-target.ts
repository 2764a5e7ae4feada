import type { RunningSpec } from '../model/experiment.js';
import type { RunningTarget } from '../model/target.js';
import { nodeImageOf } from './attach/node-image.js';
import { commandOf } from './command-of.js';
import { findRunning } from './find-running.js';

/**
 * The process that a spec means, as it runs now: looked up, not touched.
 *
 * @throws ChaosError UNKNOWN_NAME when there is none, with those that are near; INVALID_INPUT when there are several;
 *   UNSAFE for chaosx itself and for what started it
 */
export function runningTarget(spec: RunningSpec): RunningTarget {
  const process = findRunning(spec);
  const { pid } = process;
  return Object.freeze({
    kind: 'running',
    name: spec.name,
    process,
    command: commandOf(pid) ?? `process ${pid}`,
    isNode: nodeImageOf(pid) !== null,
    trustSignal: spec.trustSignal ?? false,
  });
}

/** Whether a target is a process that runs already. */
export function isRunningSpec(spec: object): spec is RunningSpec {
  return !('kind' in spec) && ('pid' in spec || 'port' in spec || 'command' in spec);
}

/** What runs on the same process exclude each other by, however they named it. */
export function runningLockKey({ process: { pid, startTime } }: RunningTarget): string {
  return `process ${pid} ${startTime}`;
}
