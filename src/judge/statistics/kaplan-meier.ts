/** How long one run took to recover, or for how long it was watched without recovering. */
export interface RecoveryTime {
  /** From the end of the revert; ≥ 0. */
  readonly seconds: number;
  /** false: censored, it was still not well when we stopped looking. */
  readonly recovered: boolean;
}

/** From `fromSeconds` on, the share of runs that are not yet well. */
export interface SurvivalStep {
  readonly fromSeconds: number;
  readonly share: number;
}

/**
 * The share of runs that are not yet well after each time, with runs that never recovered counted for as long as they
 * were watched, and then neither as recovered nor as never seen.
 *
 * Source: Kaplan and Meier 1958, "Nonparametric estimation from incomplete observations", JASA 53.
 *
 * @returns steps in order of time; the first is from 0
 */
export function kaplanMeier(times: readonly RecoveryTime[]): readonly SurvivalStep[] {
  const ends = [...new Set(times.filter(({ recovered }) => recovered).map(({ seconds }) => seconds))];
  let share = 1;
  const steps: SurvivalStep[] = [{ fromSeconds: 0, share }];
  for (const end of ends.toSorted((a, b) => a - b)) {
    const atRisk = times.filter(({ seconds }) => seconds >= end).length;
    const recovered = times.filter((time) => time.recovered && time.seconds === end).length;
    share *= 1 - recovered / atRisk;
    steps.push({ fromSeconds: end, share });
  }
  return steps;
}

/**
 * The mean time to recovery within a horizon, ∫₀^τ S(t) dt: the mean of min(time, τ) when all were watched until τ.
 *
 * Source: Royston and Parmar 2013, "Restricted mean survival time", BMC Medical Research Methodology 13:152.
 */
export function restrictedMeanSeconds(steps: readonly SurvivalStep[], horizonSeconds: number): number {
  return steps.reduce((area, { fromSeconds, share }, i) => {
    const toSeconds = Math.min(steps[i + 1]?.fromSeconds ?? horizonSeconds, horizonSeconds);
    return area + share * Math.max(0, toSeconds - fromSeconds);
  }, 0);
}

/** When half of the runs were well again; null when fewer ever were. */
export function medianSeconds(steps: readonly SurvivalStep[]): number | null {
  return steps.find(({ share }) => share <= 0.5 + 1e-12)?.fromSeconds ?? null;
}
