import type { StopOn } from '../../model/gameday.js';
import type { RoundSummary } from '../../model/round-summary.js';

/** What the rule says before a round. */
export interface GoAdvice {
  readonly go: boolean;
  readonly why: string;
  /** Ends the day without asking anybody; null: a person may decide otherwise. */
  readonly stops: 'leaked' | 'not-recovered' | null;
}

/** Go only when what was broken last is well again, clean, and was steady to begin with. */
export function goAdvice(last: RoundSummary | null, stopOn: StopOn): GoAdvice {
  if (last === null) return { go: true, why: 'nothing was broken yet', stops: null };
  const { verdict, reason } = last;
  switch (verdict) {
    case 'leaked':
      return { go: false, why: `the last round left something behind: ${reason}`, stops: 'leaked' };
    case 'not-recovered':
      if (stopOn === 'never')
        return { go: true, why: 'not recovered, and nothing but a leak stops', stops: null };
      return { go: false, why: `the last round did not recover: ${reason}`, stops: 'not-recovered' };
    case 'not-steady':
      if (stopOn === 'never')
        return { go: true, why: 'not steady, and nothing but a leak stops', stops: null };
      return { go: false, why: `the target was not well before the fault: ${reason}`, stops: null };
    case 'interrupted':
      return { go: false, why: `the last round was interrupted: ${reason}`, stops: null };
    case 'deviated':
      if (stopOn === 'deviated')
        return { go: false, why: `the last round went against its hypothesis: ${reason}`, stops: null };
      return { go: true, why: 'the last round deviated, but recovered and was clean', stops: null };
    case 'not-injected':
    case 'inconclusive':
      return { go: true, why: `the last round was ${verdict}, and clean`, stops: null };
    case 'held':
      return { go: true, why: 'the last round recovered and was clean', stops: null };
  }
}
