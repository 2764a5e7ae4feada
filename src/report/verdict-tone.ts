import type { Verdict } from '../model/verdict.js';
import type { Tone } from './five-answers.js';

/** How a verdict is coloured: what was not shown is neither good nor bad. */
export function verdictTone(verdict: Verdict | null): Tone {
  switch (verdict) {
    case null:
      return 'neutral';
    case 'held':
      return 'good';
    case 'inconclusive':
    case 'not-injected':
      return 'unsure';
    default:
      return 'bad';
  }
}
