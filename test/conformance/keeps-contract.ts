import { describe, test } from 'vitest';
import { type ConformanceSubject, faultConformance } from '../../src/testing/fault-conformance.js';

export type NamedSubject = readonly [name: string, subject: ConformanceSubject];

/** Makes the cases of the fault contract for each subject of a family. */
export function keepsContract(subjects: readonly NamedSubject[]): void {
  describe.each(subjects)('%s', (_name, subject) => {
    for (const { name, run } of faultConformance(subject)) test(name, run);
  });
}
