import type { Clock } from '../../model/clock.js';
import type { ProcessIdentity } from '../../model/receipt.js';
import { cpuTimeMs } from './cpu-time.js';

/** A shorter look is too coarse: the kernel counts in hundredths of a second, and shares out in tenths. */
const lookMs = 600;

/**
 * CPU time that processes use together, in cores, over the next 0.6 s. Those that start meanwhile count with all they have
 * used; those that end meanwhile do not.
 */
export async function coresUsed(
  processes: () => readonly ProcessIdentity[],
  clock: Clock,
  signal: AbortSignal,
): Promise<number> {
  const fromMs = clock.nowMs();
  const before = timesOf(processes());
  await clock.sleep(lookMs, signal);
  let usedMs = 0;
  for (const [key, ms] of timesOf(processes())) usedMs += ms - (before.get(key) ?? 0);
  return usedMs / (clock.nowMs() - fromMs);
}

function timesOf(processes: readonly ProcessIdentity[]): ReadonlyMap<string, number> {
  return new Map(processes.map((one) => [`${one.pid} ${one.startTime}`, cpuTimeMs(one) ?? 0]));
}
