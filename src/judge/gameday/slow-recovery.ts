import { formatMs } from '../../model/duration.js';
import type { RoundSummary } from '../../model/round-summary.js';
import { medianOf } from '../statistics/median-of.js';

/** Fewer other rounds have no usual time. */
const fewestOthers = 2;
const timesTheUsual = 3;
/** Probes ask every second or so: less is noise. */
const leastMoreSeconds = 1;

/** It took at least three times as long to come back as the other rounds usually did. */
export function slowRecovery(round: RoundSummary, all: readonly RoundSummary[]): string | null {
  const seconds = recoverySeconds(round);
  const others = all.filter((each) => each !== round).flatMap((each) => recoverySeconds(each) ?? []);
  const usual = medianOf(others);
  if (seconds === null || usual === null || others.length < fewestOthers) return null;
  if (seconds < timesTheUsual * usual || seconds - usual < leastMoreSeconds) return null;
  return `slow to come back: ${formatMs(1_000 * seconds)}, the other rounds usually ${formatMs(1_000 * usual)}`;
}

function recoverySeconds({ scenarios }: RoundSummary): number | null {
  const times = scenarios.flatMap(({ recoveryTimeSeconds }) => recoveryTimeSeconds ?? []);
  return times.length === 0 ? null : Math.max(...times);
}
