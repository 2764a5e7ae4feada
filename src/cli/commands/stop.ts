import { ChaosError } from '../../model/chaos-error.js';
import { systemClock } from '../../model/system-clock.js';
import { exitCodeOf } from '../../model/verdict.js';
import { liveRuns } from '../../undo/live-runs.js';
import { StopRequest } from '../../undo/stop-request.js';

export interface StopOptions {
  readonly hold?: boolean;
  readonly release?: boolean;
}

/** A run that just starts has its journal by then, and sees the request. */
const leastMs = 1_000;
const limitMs = 60_000;
const pollMs = 50;

/**
 * Has every run of this user revert and end, and waits for it.
 *
 * @throws ChaosError INVALID_INPUT for both options at once
 */
export async function stopCommand({
  hold = false,
  release = false,
}: StopOptions): Promise<{ readonly output: string; readonly exitCode: number }> {
  const request = await StopRequest.in();
  if (hold && release) {
    throw new ChaosError('INVALID_INPUT', 'expected --hold or --release, got both');
  }
  if (release) {
    await request.withdraw();
    return { output: 'runs may start again\n', exitCode: 0 };
  }
  const stopped = await liveRuns();
  await request.make(hold ? 'released' : 'this process ends');
  let left: ReadonlySet<string>;
  try {
    left = await untilEnded();
  } finally {
    if (!hold) await request.withdraw();
  }
  const lines = [
    ...[...stopped].map((runId) => `run ${runId} ${left.has(runId) ? 'DID NOT END' : 'stopped'}`),
    ...(stopped.size === 0 ? ['no run was under way'] : []),
    ...(hold ? [`no run starts while ${request.path} is there: \`chaosx stop --release\` removes it`] : []),
  ];
  return { output: `${lines.join('\n')}\n`, exitCode: left.size > 0 ? exitCodeOf('leaked') : 0 };
}

/** @returns runs that live still */
async function untilEnded(): Promise<ReadonlySet<string>> {
  const never = new AbortController().signal;
  const startedMs = systemClock.nowMs();
  await systemClock.sleep(leastMs, never);
  for (;;) {
    const left = await liveRuns();
    if (left.size === 0 || systemClock.nowMs() - startedMs > limitMs) return left;
    await systemClock.sleep(pollMs, never);
  }
}
