import type { TestOutcome } from '../model/suite.js';

/** One test as a report has it. */
export interface ReportedTest {
  /** File, suites and name. */
  readonly id: string;
  readonly outcome: TestOutcome;
  readonly durationMs: number | null;
  /** All that the report says of its failure, stack included; empty when it did not fail. */
  readonly failure: string;
}

/** What a report says. */
export interface TestReport {
  readonly tests: readonly ReportedTest[];
  /** What is missing in it, in a sentence; null when it is whole. */
  readonly incomplete: string | null;
}

/** A name made of parts: what says the same twice says it once. */
export function testId(parts: readonly (string | null | undefined)[]): string {
  const said: string[] = [];
  for (const part of parts) {
    const text = part?.trim().replaceAll(/\s+/g, ' ') ?? '';
    if (text !== '' && said.at(-1) !== text) said.push(text);
  }
  return said.join(' > ');
}

/** Tests of the same name are numbered in their order: each run has the same. */
export function withUniqueIds(tests: readonly ReportedTest[]): readonly ReportedTest[] {
  const seen = new Map<string, number>();
  return tests.map((test) => {
    const nth = (seen.get(test.id) ?? 0) + 1;
    seen.set(test.id, nth);
    return nth === 1 ? test : { ...test, id: `${test.id} (${nth})` };
  });
}
