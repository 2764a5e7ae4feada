import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { eventsOf, type RunStory, type ScenarioStory } from '../../test/run-stream.js';
import { foldAll } from '../model/fold.js';
import { type Verdict, verdictsWorstFirst, worstOf } from '../model/verdict.js';
import { judge } from './judge.js';

const judged = (story: RunStory) => foldAll(judge, eventsOf(story));

/** Each row: what happens, and the verdict that it must get, with the part of the reason that decides. */
const rows: readonly (readonly [string, RunStory, Verdict, string])[] = [
  ['all is well', {}, 'held', 'closest to its limit'],
  [
    'a slow answer',
    { scenarios: [{ latencyMs: 1_980 }] },
    'deviated',
    'the slowest answer took 1,980 ms, limit 1,000 ms',
  ],
  ['exactly the limit', { scenarios: [{ latencyMs: 1_000 }] }, 'held', '1,000 ms'],
  [
    'failures',
    { scenarios: [{ failing: 0.1 }] },
    'deviated',
    'the error rate was 10 %, limit 5 % (checkout)',
  ],
  ['as many failures as allowed', { scenarios: [{ failing: 0.04 }] }, 'held', '4 %'],
  ['something left behind', { clean: false }, 'leaked', 'pid 4711'],
  ['an undo that failed', { scenarios: [{ revertOk: false }] }, 'leaked', 'the proxy does not answer'],
  ['an effect that stays', { scenarios: [{ back: 'no' }] }, 'leaked', 'its effect is still there'],
  ['an effect that may have stayed', { scenarios: [{ back: 'unknown' }] }, 'held', '1,000 ms'],
  ['Ctrl-C while active', { scenarios: [{ stoppedAt: 'active' }] }, 'interrupted', 'SIGINT'],
  ['Ctrl-C in the baseline', { baselineHeld: false, stoppedBy: 'signal' }, 'interrupted', 'SIGINT'],
  ['the caller stops it later', { stoppedBy: 'caller' }, 'interrupted', 'caller'],
  ['no recovery', { scenarios: [{ recovered: false }] }, 'not-recovered', 'within 4 s'],
  [
    'the target dies',
    { scenarios: [{ targetFails: 'during' }] },
    'not-recovered',
    'during the fault: it was killed by SIGSEGV',
  ],
  [
    'it dies and looks are impossible',
    { scenarios: [{ targetFails: 'during', failedAt: 'check' }] },
    'not-recovered',
    'SIGSEGV',
  ],
  [
    'it dies after the revert',
    { scenarios: [{ targetFails: 'after-revert' }] },
    'not-recovered',
    'after the fault',
  ],
  [
    'it dies and is back',
    { scenarios: [{ targetFails: 'during', recovered: true }] },
    'deviated',
    'came back',
  ],
  [
    'an abort condition',
    { scenarios: [{ abort: 'consecutiveFailures 5' }] },
    'deviated',
    'consecutiveFailures 5 stopped the run',
  ],
  ['never ready', { targetNeverReady: true }, 'not-steady', 'it exited with code 1'],
  ['not well before', { baselineHeld: false }, 'not-steady', 'expected status 200, got 503'],
  [
    'not well before the second',
    { scenarios: [{}, { skipped: 'not-steady' }] },
    'not-steady',
    'not well before',
  ],
  ['not prepared', { scenarios: [{ failedAt: 'prepare' }] }, 'not-injected', 'could not be made: no room'],
  ['not made', { scenarios: [{ failedAt: 'inject' }] }, 'not-injected', 'could not be made: no room'],
  [
    'not confirmed',
    { scenarios: [{ failedAt: 'check' }] },
    'not-injected',
    'could not be confirmed: no room',
  ],
  [
    'not active at first',
    { scenarios: [{ first: 'no' }] },
    'not-injected',
    'round trip 0.4 ms before, 2,000.6 ms during',
  ],
  ['not active any more', { scenarios: [{ last: 'no' }] }, 'not-injected', 'not active'],
  [
    'never met',
    { scenarios: [{ exposure: { kind: 'counted', n: 0, what: 'calls' } }] },
    'not-injected',
    'never met the fault: 0 calls',
  ],
  ['active unknown at first', { scenarios: [{ first: 'unknown' }] }, 'inconclusive', 'not known whether'],
  ['active unknown at last', { scenarios: [{ last: 'unknown' }] }, 'inconclusive', 'not known whether'],
  ['no first look', { scenarios: [{ first: 'missing' }] }, 'inconclusive', 'when it was injected'],
  ['no last look', { scenarios: [{ last: 'missing' }] }, 'inconclusive', 'before it was reverted'],
  [
    'exposure unknown does not decide',
    { scenarios: [{ exposure: { kind: 'unknown', why: 'LD_PRELOAD' } }] },
    'held',
    '',
  ],
  [
    'a shared resource is met',
    { scenarios: [{ exposure: { kind: 'shares-resource', how: 'same cgroup' } }] },
    'held',
    '',
  ],
  [
    'no sample',
    { scenarios: [{ samples: 'none' }], criteria: { maxRecoveryTime: 5 } },
    'inconclusive',
    'no probe was answered',
  ],
  [
    'a criterion without observation',
    { scenarios: [{ samples: 'none' }] },
    'inconclusive',
    'no probe was answered',
  ],
  [
    'recovery not watched',
    { scenarios: [{ recovered: 'missing' }] },
    'inconclusive',
    'recovery was not watched',
  ],
  [
    'nothing triggered',
    { scenarios: [{ skipped: 'not-triggered' }] },
    'inconclusive',
    'no scenario triggered',
  ],
  ['one triggered and held', { scenarios: [{ skipped: 'not-triggered' }, {}] }, 'held', ''],
  ['clean exit not checked', { clean: 'missing' }, 'inconclusive', 'put back'],
  ['an error of ours', { stoppedBy: 'error' }, 'inconclusive', 'stopped by an error'],
  [
    'died while active',
    { scenarios: [{ diesAt: 'active' }] },
    'inconclusive',
    'whether it was undone is not known',
  ],
  ['died while recovering', { scenarios: [{ diesAt: 'recovering' }] }, 'inconclusive', 'the run died'],
  [
    'died, and deviated before',
    { scenarios: [{ diesAt: 'active', latencyMs: 1_500 }] },
    'deviated',
    '1,500 ms',
  ],
  ['a function says yes', { criteria: 'function', answer: { held: true } }, 'held', 'answered true'],
  ['a function says no', { criteria: 'function', answer: { held: false } }, 'deviated', 'answered false'],
  [
    'a function throws',
    { criteria: 'function', answer: { held: false, error: 'Error: oops' } },
    'inconclusive',
    'it threw Error: oops',
  ],
  ['a function is not asked', { criteria: 'function' }, 'inconclusive', 'gave no answer'],
  // Combinations: the worst wins, and only a confirmed fault can be deviated under.
  ['slow but not active', { scenarios: [{ latencyMs: 1_980, last: 'no' }] }, 'not-injected', 'not active'],
  [
    'failing but never met',
    { scenarios: [{ failing: 1, exposure: { kind: 'counted', n: 0, what: 'calls' } }] },
    'not-injected',
    '0 calls',
  ],
  ['slow but unknown', { scenarios: [{ latencyMs: 1_980, last: 'unknown' }] }, 'inconclusive', 'not known'],
  ['aborted but unknown', { scenarios: [{ abort: 'x', first: 'unknown' }] }, 'inconclusive', 'not known'],
  [
    'slow and not recovered',
    { scenarios: [{ latencyMs: 1_980, recovered: false }] },
    'not-recovered',
    'did not come back',
  ],
  ['not recovered and leaked', { scenarios: [{ recovered: false }], clean: false }, 'leaked', 'left behind'],
  [
    'interrupted and leaked',
    { scenarios: [{ stoppedAt: 'active', revertOk: false }] },
    'leaked',
    'does not answer',
  ],
  [
    'deviated, then interrupted',
    { scenarios: [{ latencyMs: 1_980 }, { stoppedAt: 'active' }] },
    'interrupted',
    'SIGINT',
  ],
  [
    'not injected beside not steady',
    { scenarios: [{ failedAt: 'inject' }, { skipped: 'not-steady' }] },
    'not-steady',
    '',
  ],
];

test.each(rows)('%s', (_what, story, verdict, reason) => {
  const results = judged(story);
  expect({ verdict: results.verdict, reason: results.reason }).toEqual({
    verdict,
    reason: expect.stringContaining(reason),
  });
  expect(results.experimentSuccessful).toBe(verdict === 'held');
});

test('every verdict of the table has a row', () => {
  expect(new Set(rows.map(([, , verdict]) => verdict))).toEqual(new Set(verdictsWorstFirst));
});

const stories: readonly ScenarioStory[] = [
  {},
  { latencyMs: 1_980 },
  { recovered: false },
  { failedAt: 'inject' },
  { revertOk: false },
  { last: 'unknown' },
  { exposure: { kind: 'counted', n: 0, what: 'calls' } },
  { targetFails: 'during' },
];

describe('the verdict of a run', () => {
  test('is the worst of its scenarios, in any order', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...stories), { minLength: 1, maxLength: 5 }), (scenarios) => {
        const results = judged({ scenarios });
        const own = results.scenarios.flatMap(({ verdict }) => verdict ?? []);
        expect(own).toHaveLength(scenarios.length);
        expect(results.verdict).toBe(worstOf(own));
        expect(judged({ scenarios: scenarios.toReversed() }).verdict).toBe(results.verdict);
      }),
      { numRuns: 60 },
    );
  });

  test('never holds for a stream that was cut anywhere before its end', () => {
    const events = eventsOf({ scenarios: [{}, { failing: 0.02 }] });
    expect(foldAll(judge, events).verdict).toBe('held');
    for (let length = 1; length < events.length; length += 1) {
      const results = foldAll(judge, events.slice(0, length));
      expect(results.verdict).not.toBe('held');
      expect(results.status).toBe('crashed');
    }
  });

  test('names the scenario that decided, where there are several', () => {
    const { reason } = judged({ scenarios: [{ name: 'a' }, { name: 'b', latencyMs: 1_980 }] });
    expect(reason).toMatchInlineSnapshot(`"b: the slowest answer took 1,980 ms, limit 1,000 ms (checkout)"`);
  });

  test('an interrupted scenario keeps those before it and leaves those after it without a verdict', () => {
    const { scenarios } = judged({ scenarios: [{}, { stoppedAt: 'active' }, {}] });
    expect(scenarios.map(({ verdict }) => verdict)).toEqual(['held', 'interrupted', null]);
  });

  test('a target that fails under the fault is an outcome; before it, a lack of steadiness', () => {
    expect(judged({ scenarios: [{ targetFails: 'during' }] }).lastOutput).toEqual(['boom']);
    expect(judged({ targetNeverReady: true }).lastOutput).toEqual(['Error: no port']);
  });

  test('one look that failed between two that confirmed the fault takes nothing away', () => {
    const events = [...eventsOf()];
    const revert = events.findIndex(({ type }) => type === 'revert-started');
    const lost = {
      type: 'fault-failed',
      scenario: 0,
      stage: 'check',
      code: 'INTERNAL',
      message: 'too slow',
    } as const;
    events.splice(revert - 3, 0, { ...lost, t: 14_000 });
    expect(foldAll(judge, events).verdict).toBe('held');
  });

  test('refuses events that do not begin', () => {
    expect(() => foldAll(judge, eventsOf().slice(1))).toThrow('run-started');
  });
});
