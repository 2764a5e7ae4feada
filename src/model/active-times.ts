/** What decides how long each scenario is active. */
export interface ActiveTimesInput {
  /** What each scenario asks for, in ms. */
  readonly askedMs: readonly number[];
  /** The experiment's duration in ms; undefined when it takes what its scenarios ask for. */
  readonly capMs: number | undefined;
  readonly parallel: boolean;
}

/**
 * How long each scenario is active, in ms. In turn, scenarios share the cap, the first ones first; together, they all
 * last as long as the longest. 0 means that the cap leaves no time for it.
 */
export function activeTimes({
  askedMs,
  capMs = Number.POSITIVE_INFINITY,
  parallel,
}: ActiveTimesInput): readonly number[] {
  if (parallel) return askedMs.map(() => Math.min(Math.max(...askedMs), capMs));
  let leftMs = capMs;
  return askedMs.map((asked) => {
    const activeMs = Math.max(0, Math.min(asked, leftMs));
    leftMs -= activeMs;
    return activeMs;
  });
}
