import { describe, expect, test } from 'vitest';
import { judgedSuite, mixedSuite, type SuiteStory } from '../../../test/suite-stories.js';

const times = (n: number, story: SuiteStory = {}): readonly SuiteStory[] =>
  Array.from({ length: n }, () => story);
const failing: SuiteStory = { scenario: 'random_exceptions', failed: ['strong'] };

function standingOf(stories: readonly SuiteStory[], id: string) {
  return judgedSuite(stories).tests.find((each) => each.id === id)?.standing;
}

describe('tests', () => {
  test('are told apart by what they did without chaos and under it', () => {
    const { tests } = judgedSuite(mixedSuite);
    expect(tests.map(({ id, standing }) => [id, standing])).toEqual([
      ['strong', 'fails-under-chaos'],
      ['weak', 'passes-always'],
      ['flaky', 'flaky'],
    ]);
  });

  test('a failure is clear only where the intervals do not meet', () => {
    const certainty = (without: number, under: number) =>
      judgedSuite([...times(without), ...times(under, failing)]).tests[0]?.under[0]?.certainty;
    expect(certainty(7, 5)).toBe('clear');
    expect(certainty(2, 5)).toBe('unsure');
    expect(certainty(7, 1)).toBe('unsure');
  });

  test('that fail without chaos each time make the suite red', () => {
    const results = judgedSuite(times(2, { failed: ['strong'] }));
    expect(results).toMatchObject({ outcome: 'red', verdict: 'not-steady' });
    expect(results.reason).toBe('red without chaos: strong: fetch failed');
  });

  test('broken by their runner alone say nothing of the project', () => {
    const stories = [...times(7), ...times(5, { ...failing, blame: 'harness' })];
    expect(standingOf(stories, 'strong')).toBe('harness');
    const { byScenario, verdict } = judgedSuite(stories);
    expect(byScenario[0]).toMatchObject({ noticedBy: [], unnoticed: true, passRate: { mean: 1 } });
    expect(verdict).toBe('held');
  });

  test('whose time was over noticed a slow network, but not a busy machine', () => {
    const late = (scenario: string, type: SuiteStory['type']): SuiteStory =>
      ({ scenario, type, failed: ['strong'], blame: 'time-limit' }) as SuiteStory;
    expect(standingOf([...times(7), ...times(5, late('high_latency', 'NETWORK_LATENCY'))], 'strong')).toBe(
      'fails-under-chaos',
    );
    expect(standingOf([...times(7), ...times(5, late('cpu_spike', 'CPU_STRESS'))], 'strong')).toBe('harness');
  });
});

describe('scenarios', () => {
  test('no test noticed are told, with how often they were met', () => {
    const { byScenario, recommendations } = judgedSuite(mixedSuite);
    expect(byScenario.map(({ scenario, unnoticed, met }) => [scenario, unnoticed, met])).toEqual([
      ['random_exceptions', false, 15],
      ['high_latency', true, 15],
      ['dns_failure', false, null],
    ]);
    expect(recommendations[0]?.text).toContain('no test failed under high_latency (met 15×)');
  });

  test('that were not met are never unnoticed, and never hold', () => {
    const stories = [...times(7), ...times(5, { scenario: 'dns_failure', injected: false })];
    const asked = judgedSuite(stories);
    expect(asked.verdict).toBe('not-injected');
    expect(asked.byScenario[0]).toMatchObject({ counted: 0, notInjected: 5, unnoticed: false });
    // Chosen by chaosx: left out, unless nothing else was met.
    expect(judgedSuite(stories, { isAsked: false }).verdict).toBe('not-injected');
    const withOther = [...stories, ...times(5, { scenario: 'high_latency', type: 'NETWORK_LATENCY' })];
    expect(judgedSuite(withOther, { isAsked: false }).verdict).toBe('held');
    expect(judgedSuite(withOther).verdict).toBe('not-injected');
  });

  test('that were planned and never run keep it from holding', () => {
    const results = judgedSuite([...times(7), ...times(5, { scenario: 'high_latency' })], {
      scenarios: ['high_latency', 'cpu_spike'],
    });
    expect(results.verdict).toBe('inconclusive');
  });

  test('under which the harness broke are not held', () => {
    const hung = { kind: 'hung', detail: 'it did not end within 1 min, and was ended' } as const;
    const lost = { kind: 'no-report', detail: 'there is no tests.xml' } as const;
    const of = (problem: typeof hung | typeof lost) =>
      judgedSuite([
        ...times(7),
        ...times(4, { scenario: 'high_latency' }),
        { scenario: 'high_latency', problem },
      ]);
    expect(of(hung)).toMatchObject({ verdict: 'deviated', outcome: 'ran' });
    expect(of(lost)).toMatchObject({ verdict: 'inconclusive', outcome: 'ran' });
    expect(of(lost).byScenario[0]).toMatchObject({
      counted: 4,
      harness: { 'no-report': 1 },
      unnoticed: false,
    });
  });

  test('are judged by the pass rate, without tests that are flaky', () => {
    const flaky = [
      ...times(6),
      { failed: ['flaky'] },
      ...times(5, { scenario: 'high_latency', failed: ['flaky'] }),
    ];
    expect(judgedSuite(flaky)).toMatchObject({ verdict: 'held' });
    const strong = [...times(7), ...times(5, failing)];
    expect(judgedSuite(strong)).toMatchObject({ verdict: 'deviated' });
    expect(judgedSuite(strong, { passRate: 0.6 })).toMatchObject({ verdict: 'held' });
  });
});

test.each(['no-report', 'no-tests', 'forked-away', 'runner-failed', 'not-started', 'hung'] as const)(
  '%s without chaos is a named outcome, and not steady',
  (kind) => {
    const results = judgedSuite([{ problem: { kind, detail: 'what was seen' } }]);
    expect(results).toMatchObject({ outcome: kind, verdict: 'not-steady' });
    expect(results.reason).toBe(`${kind}, without chaos: what was seen`);
  },
);
