import type { Verdict } from '../../model/verdict.js';

const aboutTheSystem: readonly Verdict[] = ['held', 'not-steady', 'deviated', 'not-recovered'];

/** The other verdicts say something about us, about a person, or nothing: such a day is compared with none. */
export function isAboutTheSystem(verdict: Verdict): boolean {
  return aboutTheSystem.includes(verdict);
}
