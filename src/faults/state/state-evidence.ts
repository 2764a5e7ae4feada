import type { Standing } from '../../interpose/corruption/corruption-journal.js';
import type { Evidence } from '../../model/evidence.js';

/** What a look at corrupted state saw. */
export interface StateSeen extends Standing {
  /** Places that were corrupted in all. */
  readonly written: number;
}

/** Adds what was corrupted in place to what calls say; `calls` is null when state alone is corrupted. */
export function stateEvidence(calls: Evidence | null, state: StateSeen | null): Evidence {
  if (state === null) return calls as Evidence;
  const { written, standing, changedSince } = state;
  const text = `${standing} of ${written} places of live state hold what was put there${changedText(changedSince)}`;
  // The program may write what it likes: a place that it has changed since was corrupted until then.
  const active = standing + changedSince > 0 && written > 0 ? 'yes' : 'no';
  if (calls === null) {
    return {
      active,
      measured: {
        quantity: 'places of live state that hold corrupted data',
        unit: 'places',
        baseline: 0,
        during: standing,
        expected: text,
      },
      exposure: { kind: 'unknown', why: 'who reads the state of components cannot be seen' },
    };
  }
  const { measured, exposure } = calls;
  const isMet = exposure.kind === 'counted' && exposure.n > 0;
  return {
    active: calls.active === 'yes' && active === 'yes' ? 'yes' : 'no',
    measured: { ...measured, expected: `${measured.expected}; ${text}` },
    exposure: isMet
      ? exposure
      : { kind: 'unknown', why: 'no call was hit, and who reads the state of components cannot be seen' },
  };
}

function changedText(changedSince: number): string {
  return changedSince === 0
    ? ''
    : `, ${changedSince} were changed since by the program and stay as it left them`;
}
