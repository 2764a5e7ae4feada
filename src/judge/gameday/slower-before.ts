import { formatMs } from '../../model/duration.js';
import type { RoundSummary } from '../../model/round-summary.js';

const timesTheFirst = 2;
/** A baseline has few samples: less is noise. */
const leastMoreMs = 50;

/** Before this fault it was at least twice as slow as before the day's first one: an earlier round is not over for it. */
export function slowerBefore(round: RoundSummary, all: readonly RoundSummary[]): string | null {
  const before = p95BeforeMs(round);
  const atStart = all.map(p95BeforeMs).find((ms) => ms !== null) ?? null;
  if (before === null || atStart === null) return null;
  if (before < timesTheFirst * atStart || before - atStart < leastMoreMs) return null;
  return `had not come back fully: p95 before this fault ${formatMs(before)}, at the start of the day ${formatMs(atStart)}`;
}

function p95BeforeMs({ scenarios }: RoundSummary): number | null {
  const all = scenarios.flatMap(({ p95BeforeMs: ms }) => ms ?? []);
  return all.length === 0 ? null : Math.max(...all);
}
