import { expect, test } from 'vitest';
import { CHAOS_SCENARIOS } from '../scenarios/chaos-scenarios.js';
import { ChaosExperiment, type ChaosExperimentInit } from './chaos-experiment.js';

test('fills in the defaults, and finds scenarios by their id', () => {
  const experiment = new ChaosExperiment({
    name: 'Network',
    scenarios: ['high_latency', CHAOS_SCENARIOS.packet_loss],
  });
  expect(experiment.scenarios).toEqual([CHAOS_SCENARIOS.high_latency, CHAOS_SCENARIOS.packet_loss]);
  expect(experiment).toMatchObject({
    baseline: '5s',
    holdTime: '3s',
    maxRecoveryWait: '60s',
    parallel: false,
    probes: [],
    successCriteria: {},
  });
  expect(Object.isFrozen(experiment)).toBe(true);
});

test('refuses every mistake at once', () => {
  const init = {
    name: '',
    scenarios: [],
    duration: 'long',
    succesCriteria: {},
    successCriteria: { passRate: 5 },
  };
  expect(() => new ChaosExperiment(init as ChaosExperimentInit)).toThrowErrorMatchingInlineSnapshot(`
    [ChaosError: the experiment "" is not valid:
      name: expected a name of one line that is not empty, got ""
      duration: expected seconds as a number, or a text with a unit such as "250ms", "90s", "5m", "1h", got "long"
      scenarios: expected at least one scenario, got an empty list
      successCriteria.passRate: expected a share from 0 to 1 (5 % is 0.05), got 5
      succesCriteria: unknown key "succesCriteria" (did you mean "successCriteria"?)]
  `);
});

test('says which scenario id is near', () => {
  expect(() => new ChaosExperiment({ name: 'x', scenarios: ['hi_latency'] })).toThrow(
    expect.objectContaining({ code: 'UNKNOWN_NAME', hint: 'did you mean "high_latency"?' }) as Error,
  );
});

test('what is not a list of scenarios is refused, not a crash', () => {
  expect(() => new ChaosExperiment({ name: 'x' } as unknown as ChaosExperimentInit)).toThrow(
    expect.objectContaining({ code: 'INVALID_INPUT' }) as Error,
  );
});
