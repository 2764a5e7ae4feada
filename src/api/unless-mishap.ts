import { isChaosError } from '../model/chaos-error.js';
import { ResultsNotKept } from '../model/results-not-kept.js';

/**
 * Results, unless something went wrong beside the run. A run that held and was not kept is not green on the command line
 * either; here its results come with the error.
 *
 * @throws ResultsNotKept; else what a listener threw, as it is
 */
export function unlessMishap<Results>(results: Results, mishaps: readonly unknown[]): Results {
  if (mishaps.length === 0) return results;
  const [first] = mishaps;
  throw isChaosError(first) && first.code === 'STORAGE_FAILED' ? new ResultsNotKept(results, first) : first;
}
