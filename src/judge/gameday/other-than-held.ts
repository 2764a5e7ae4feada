import type { RoundSummary } from '../../model/round-summary.js';

/** A hypothesis says that the system holds: every other end is a surprise, each in its own way. */
export function otherThanHeld({ verdict, reason }: RoundSummary): string | null {
  switch (verdict) {
    case 'held':
    // A person stopped it: that says nothing about the system.
    case 'interrupted':
      return null;
    case 'deviated':
      return `went against the hypothesis: ${reason}`;
    case 'not-recovered':
      return `did not come back: ${reason}`;
    case 'leaked':
      return `left something behind: ${reason}`;
    case 'not-steady':
      return `was not well before the fault: ${reason}`;
    case 'not-injected':
      return `the fault was not made or not met: ${reason}`;
    case 'inconclusive':
      return `too little was seen to say: ${reason}`;
  }
}
