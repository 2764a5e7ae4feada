import { kaplanMeier, type RecoveryTime, restrictedMeanSeconds } from './kaplan-meier.js';

/**
 * What each run contributes to the restricted mean: n·θ − (n − 1)·θ without it. For runs that were all watched until the
 * horizon these are min(time, τ) themselves; for others, they stand in for what was not seen, so that an ordinary interval
 * over runs can be made.
 *
 * Source: Andersen, Hansen and Klein 2004, "Regression analysis of restricted mean survival time based on
 * pseudo-observations", Lifetime Data Analysis 10.
 */
export function pseudoValues(times: readonly RecoveryTime[], horizonSeconds: number): readonly number[] {
  const n = times.length;
  const mean = (of: readonly RecoveryTime[]) => restrictedMeanSeconds(kaplanMeier(of), horizonSeconds);
  const all = mean(times);
  const values = times.map((_, i) => n * all - (n - 1) * mean(times.toSpliced(i, 1)));
  // Times that are equal must not seem to vary by what floating point loses.
  return values.map((value) => Math.round(value * 1e9) / 1e9);
}
