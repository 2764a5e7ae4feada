import { TargetNotReady } from '../target-not-ready.js';

/** The process is gone, or on its way out. */
export function endedWhileAttaching(pid: number): TargetNotReady {
  return new TargetNotReady(
    'not-attached',
    `expected process ${pid} to stay while the agent is attached, it ended`,
    [],
    'look up its pid again',
  );
}
