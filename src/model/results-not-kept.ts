import { ChaosError } from './chaos-error.js';

/**
 * Code STORAGE_FAILED: what ran has ended and was judged, and could not be written down, so that nobody can look at it
 * again. What it showed is in `results`, with the verdict that it has.
 */
export class ResultsNotKept<Results = unknown> extends ChaosError {
  readonly results: Results;

  /** @param cause - what the storage said first */
  constructor(results: Results, cause: ChaosError) {
    super('STORAGE_FAILED', `the run ended, and could not be kept: ${cause.message}`, {
      hint: `${cause.hint === undefined ? '' : `${cause.hint}; `}what it showed is in \`results\` of this error`,
      cause,
    });
    this.results = results;
  }
}
