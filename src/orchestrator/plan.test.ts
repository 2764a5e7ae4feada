import { expect, test } from 'vitest';
import { applicationFaults } from '../faults/application/index.js';
import type { Experiment } from '../model/experiment.js';
import { healthCheckProbe } from '../probes/health-check-probe.js';
import { CHAOS_SCENARIOS } from '../scenarios/chaos-scenarios.js';
import { inProcessTarget } from '../targets/in-process-target.js';
import { planExperiment } from './plan.js';

const target = inProcessTarget('shop', { db: { query: () => 1 }, mailer: { send: () => 1 } });

function plan(changes: Partial<Experiment>) {
  const experiment: Experiment = {
    name: 'test',
    description: '',
    steadyStateHypothesis: '',
    probes: [],
    scenarios: [CHAOS_SCENARIOS.slow_method],
    successCriteria: {},
    baseline: 5,
    holdTime: 3,
    maxRecoveryWait: 60,
    parallel: false,
    ...changes,
  };
  const probes = [healthCheckProbe(() => true)];
  return planExperiment(experiment, { target, probes, faults: applicationFaults, seed: 1 });
}

const activeMs = async (changes: Partial<Experiment>) =>
  (await plan(changes)).steps.map(({ planned }) => planned.activeMs);
const three = [10, 20, 30].map((duration) => CHAOS_SCENARIOS.slow_method.with({ duration }));

test('without a duration each scenario has its own', async () => {
  expect(await activeMs({ scenarios: three })).toEqual([10_000, 20_000, 30_000]);
});

test('the duration caps the summed active time', async () => {
  expect(await activeMs({ scenarios: three, duration: 40 })).toEqual([10_000, 20_000, 10_000]);
});

test('together, all last as long as the longest, within the cap', async () => {
  expect(await activeMs({ scenarios: three, parallel: true, duration: 25 })).toEqual([
    25_000, 25_000, 25_000,
  ]);
});

test('a scenario clipped to nothing is refused', async () => {
  await expect(plan({ scenarios: three, duration: 30 })).rejects.toMatchObject({
    code: 'INVALID_INPUT',
    message: "the experiment's duration (30 s) leaves no time for the scenario slow_method",
  });
});

test('what nothing here can make is refused, all at once, with the reasons', async () => {
  const scenarios = [
    CHAOS_SCENARIOS.disk_full,
    CHAOS_SCENARIOS.slow_method.with({ targetComponents: ['databse'] }),
    CHAOS_SCENARIOS.slow_method,
  ];
  await expect(plan({ scenarios })).rejects.toMatchObject({
    code: 'UNSUPPORTED_SCENARIO',
    message: expect.stringMatching(
      /^shop cannot be given these scenarios:\n {2}disk_full: .+\n {2}slow_method: .+databse/,
    ) as string,
  });
});

test('the plan names the components that will be touched, and shows code by name', async () => {
  class Broken extends Error {}
  const scenario = CHAOS_SCENARIOS.random_exceptions.with({ parameters: { exceptionTypes: [Broken] } });
  const [step] = (await plan({ scenarios: [scenario] })).steps;
  expect(step?.planned).toMatchObject({
    targetComponents: ['db', 'mailer'],
    parameters: { exceptionTypes: ['[Broken]'] },
    backend: 'in-process',
    replayable: true,
  });
});

test('a limit on failures is added where none is asked for', async () => {
  expect(await plan({ successCriteria: { maxResponseMs: 100 } })).toMatchObject({
    criteria: { maxResponseMs: 100, maxErrorRate: 0.05 },
    criteriaAdded: true,
  });
  expect(await plan({ successCriteria: { passRate: 0.9 } })).toMatchObject({
    criteria: { passRate: 0.9 },
    criteriaAdded: false,
  });
});
