import { exitCodeOf, internalExitCode, type Verdict, worstOf } from '../model/verdict.js';
import type { ErrorReport } from './error-text.js';

/** A bug of ours first, then what runs showed; a run that held is not green when something failed beside it. */
export function exitCodeFor(verdicts: readonly Verdict[], reports: readonly ErrorReport[]): number {
  const codes = reports.map(({ exitCode }) => exitCode);
  if (codes.includes(internalExitCode)) return internalExitCode;
  const ofRuns = verdicts.length === 0 ? 0 : exitCodeOf(worstOf(verdicts));
  return ofRuns === 0 ? (codes[0] ?? 0) : ofRuns;
}
