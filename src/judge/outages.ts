/**
 * The outages that one probe saw: an outage runs from the first failed tick's intended start to the next passed one's.
 *
 * Ticks arrive out of order (a slow failure comes after later quick passes), so the newest `keep` to `2 * keep` ticks
 * are held in intended order before they are settled. The answer is exact as long as no tick arrives after `keep` later
 * ones; a later one counts as if it were intended just after what is settled.
 */
export interface Outages {
  readonly keep: number;
  /** Intended starts, ascending, with what came of each. */
  readonly at: number[];
  readonly passed: boolean[];
  readonly settled: Downtime;
}

/** Ticks reduced in intended order. */
interface Downtime {
  untilMs: number;
  downSinceMs: number | null;
  longestMs: number;
  totalMs: number;
}

/** @param keep - how many later ticks may arrive before one, at least 1 */
export function newOutages(keep: number): Outages {
  const settled = {
    untilMs: Number.NEGATIVE_INFINITY,
    downSinceMs: null,
    longestMs: 0,
    totalMs: 0,
  };
  return { keep, at: [], passed: [], settled };
}

/**
 * Adds one attempt. Attempts with the same intended start are one tick, which passed if any of them did; a retry that
 * has an intended start of its own is a tick of its own.
 */
export function addTick(outages: Outages, intendedAt: number, passed: boolean): void {
  const { keep, at, settled } = outages;
  const time = Math.max(intendedAt, settled.untilMs);
  let place = at.length;
  while (place > 0 && (at[place - 1] ?? 0) > time) place -= 1;
  if (place > 0 && at[place - 1] === time) {
    outages.passed[place - 1] ||= passed;
    return;
  }
  if (place === at.length) {
    at.push(time);
    outages.passed.push(passed);
  } else {
    at.splice(place, 0, time);
    outages.passed.splice(place, 0, passed);
  }
  if (at.length >= 2 * keep) {
    reduce(settled, at.splice(0, keep), outages.passed.splice(0, keep));
  }
}

/** The longest outage and the sum of all, up to `endMs`, where an open outage ends. */
export function downtimeUntil(outages: Outages, endMs: number): { longestMs: number; totalMs: number } {
  const downtime = { ...outages.settled };
  reduce(downtime, outages.at, outages.passed);
  close(downtime, endMs);
  return { longestMs: downtime.longestMs, totalMs: downtime.totalMs };
}

function reduce(downtime: Downtime, at: readonly number[], passed: readonly boolean[]): void {
  for (const [i, time] of at.entries()) {
    if (passed[i] === true) close(downtime, time);
    else downtime.downSinceMs ??= time;
    downtime.untilMs = time;
  }
}

function close(downtime: Downtime, endMs: number): void {
  if (downtime.downSinceMs === null) return;
  const ms = Math.max(0, endMs - downtime.downSinceMs);
  downtime.longestMs = Math.max(downtime.longestMs, ms);
  downtime.totalMs += ms;
  downtime.downSinceMs = null;
}
