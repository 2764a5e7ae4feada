import { expect, test } from 'vitest';
import type { ChaosEvent, PlannedScenario, RunStarted } from '../../model/events.js';
import { foldAll } from '../../model/fold.js';
import { listCounted, recordedRun } from './recorded-run.js';
import { coverageOf, replayCoverage } from './replay-coverage.js';

const planned = (name: string, replayable: boolean): PlannedScenario => ({
  name,
  type: 'EXCEPTION_INJECTION',
  category: 'application',
  description: '',
  severity: 3,
  backend: replayable ? 'in-process' : 'host',
  activeMs: 1_000,
  probability: 1,
  parameters: {},
  targetComponents: [],
  replayable,
});

const started: RunStarted = {
  type: 'run-started',
  t: 0,
  formatVersion: 1,
  runId: 'run',
  experiment: 'Shop',
  description: '',
  target: 'shop',
  hypothesis: '',
  seed: 7,
  startedAt: '2026-01-01T00:00:00.000Z',
  scenarios: [planned('random_exceptions', true), planned('cpu_spike', false)],
  probes: [],
  criteria: {},
  abortWhen: null,
  baselineMs: 0,
  holdMs: 0,
  maxRecoveryWaitMs: 0,
  environment: { chaosx: '0', node: 'v20', platform: 'linux' },
};

const fired = (n: number, effect = 'throw Error', scenario = 0): ChaosEvent => ({
  type: 'decision-fired',
  t: 1,
  scenario,
  rule: 'random_exceptions',
  site: 'db.query',
  n,
  effect,
});

test('the same call with the same effect counts; another effect, a missing call and further calls do not', () => {
  const coverage = replayCoverage(
    [started, fired(0), fired(3), fired(7)],
    [started, fired(0), fired(3, 'throw TypeError'), fired(9)],
  );
  expect(coverage).toEqual({
    listed: 3,
    reached: 1,
    share: 1 / 3,
    byScenario: [{ scenario: 'random_exceptions', listed: 3, reached: 1 }],
    notSeeded: ['cpu_spike'],
    unlisted: 0,
    missed: [
      { scenario: 0, rule: 'random_exceptions', site: 'db.query', n: 3, effect: 'throw Error' },
      { scenario: 0, rule: 'random_exceptions', site: 'db.query', n: 7, effect: 'throw Error' },
    ],
    sameSeed: true,
  });
});

test('what cannot be seeded is named and not counted; nothing listed is no share', () => {
  const coverage = replayCoverage([started, fired(0, 'busy', 1)], [started]);
  expect(coverage).toMatchObject({ listed: 0, reached: 0, share: null, notSeeded: ['cpu_spike'] });
});

test('decisions that were only counted are said to be unlisted, until their file lists them', () => {
  const counted: ChaosEvent = {
    type: 'decisions-counted',
    t: 2,
    scenario: 0,
    fired: 2,
    bySite: { 'db.query': 2 },
  };
  expect(replayCoverage([started, fired(0), counted], [started, fired(0)])).toMatchObject({
    listed: 1,
    share: 1,
    unlisted: 2,
  });
  let state = recordedRun.init();
  for (const event of [started, fired(0), counted]) state = recordedRun.step(state, event);
  for (const n of [4, 5])
    listCounted(state, {
      scenario: 0,
      rule: 'random_exceptions',
      site: 'db.query',
      n,
      effect: 'throw Error',
    });
  const earlier = recordedRun.result(state);
  const later = foldAll(recordedRun, [started, fired(0), fired(4), fired(5)]);
  if (earlier === null || later === null) throw new Error('both runs have begun');
  expect(coverageOf(earlier, later)).toMatchObject({ listed: 3, reached: 3, unlisted: 0 });
});
