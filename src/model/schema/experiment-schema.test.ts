import { expect, test } from 'vitest';
import { experimentSchema } from './experiment-schema.js';
import { validated } from './validated.js';

const scenario = {
  scenarioType: 'NETWORK_LATENCY',
  name: 'slow',
  description: '',
  severity: 3,
  duration: 5,
  probability: 1,
  parameters: { latencyMs: 5 },
  targetComponents: [],
};

test('takes functions, ready targets and scenarios as they are, and fills in defaults', () => {
  const check = () => true;
  const judge = () => true;
  const target = { kind: 'this-process', name: 'me' };
  const experiment = validated(
    experimentSchema,
    {
      name: 'x',
      targetSystem: target,
      scenarios: [scenario],
      probes: [{ name: 'p', check }],
      successCriteria: judge,
    },
    'the experiment',
  );
  expect(experiment).toEqual({
    name: 'x',
    description: '',
    steadyStateHypothesis: '',
    targetSystem: target,
    probes: [{ name: 'p', check }],
    scenarios: [scenario],
    successCriteria: judge,
    baseline: '5s',
    holdTime: '3s',
    maxRecoveryWait: '60s',
    parallel: false,
  });
  expect(experiment.scenarios[0]).toBe(scenario);
  expect(experiment.targetSystem).toBe(target);
});

test('lists every mistake with its path', () => {
  const input = {
    targetSystem: { name: 'shop', start: 'node a | b', shel: true },
    scenarios: [],
    probes: [{ name: 'p' }, { name: 'q', check: 3 }, { name: 'r', http: 'x', tcp: 'y' }],
    successCriteria: { passRate: 95 },
    parallel: 'yes',
    seed: 0.5,
  };
  expect(() => validated(experimentSchema, input, 'the experiment')).toThrowErrorMatchingInlineSnapshot(`
    [ChaosError: the experiment is not valid:
      name: missing, expected text
      seed: expected a whole number, got 0.5
      parallel: expected true or false, got "yes"
      targetSystem.shel: unknown key "shel" (did you mean "shell"?)
      targetSystem.start: expected a plain command, got shell syntax "|" at character 8: node a | b (set \`shell: true\` on a target or use ["sh", "-c", "…"]; to pass it on as text, put it in single quotes)
      probes[0]: expected exactly one of http, tcp, command, check, got an object with name
      probes[1].check: expected a function, got 3
      probes[2]: expected exactly one of http, tcp, command, check, got an object with name, http, tcp
      scenarios: expected at least one scenario, got an empty list
      successCriteria.passRate: expected a share from 0 to 1 (5 % is 0.05), got 95]
  `);
});
