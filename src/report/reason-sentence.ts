import type { Results } from '../model/results.js';

/** What decided the verdict, as a sentence; what stopped the run too, where that does not say it. */
export function reasonSentence({ reason, stoppedBy, scenarios }: Results): string {
  const begins = scenarios.some(({ name }) => reason.startsWith(name));
  // The name of a scenario is an identifier: it stays as it is.
  const first = begins ? reason.charAt(0) : reason.charAt(0).toUpperCase();
  const stopped = stoppedBy === null || reason.includes(stoppedBy) ? '' : ` Stopped by ${stoppedBy}.`;
  return `${first}${reason.slice(1)}.${stopped}`;
}
