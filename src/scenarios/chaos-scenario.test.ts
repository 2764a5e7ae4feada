import * as fc from 'fast-check';
import { expect, expectTypeOf, test } from 'vitest';
import type { NetworkLatencyParameters } from '../model/scenario-parameters.js';
import { ChaosScenario } from './chaos-scenario.js';
import { CHAOS_SCENARIOS } from './chaos-scenarios.js';

/** The message of the error that `make` throws. */
function refusal(make: () => unknown): string {
  try {
    make();
  } catch (error) {
    expect(error).toMatchObject({ name: 'ChaosError', code: 'INVALID_INPUT' });
    return (error as Error).message;
  }
  throw new Error('expected an error, got none');
}

test('takes everything that is not said from the catalogue', () => {
  const scenario = new ChaosScenario({ scenarioType: 'NETWORK_LATENCY', targetComponents: ['inventory'] });
  expect({ ...scenario }).toMatchInlineSnapshot(`
    {
      "description": "The network answers late: 500 to 2000 ms are added to what passes.",
      "duration": "30s",
      "name": "high_latency",
      "parameters": {
        "latencyMs": [
          500,
          2000,
        ],
      },
      "probability": 1,
      "scenarioType": "NETWORK_LATENCY",
      "severity": 3,
      "targetComponents": [
        "inventory",
      ],
    }
  `);
  expect(scenario.category).toBe('network');
  expectTypeOf(scenario.parameters).toEqualTypeOf<NetworkLatencyParameters>();
});

test('merges parameters over the defaults of the type', () => {
  const { parameters } = new ChaosScenario({
    scenarioType: 'SLOW_RESPONSE',
    parameters: { delayMs: 5, methods: ['get*'], injectionRate: undefined },
  });
  expect(parameters).toEqual({ delayMs: 5, honourAbort: true, injectionRate: 0.5, methods: ['get*'] });
});

test('a changed copy keeps the rest, and leaves the original alone', () => {
  const original = new ChaosScenario({
    scenarioType: 'EXCEPTION_INJECTION',
    name: 'broken mail',
    severity: 2,
    parameters: { injectionRate: 1, everyNth: 3 },
  });
  const before = JSON.stringify(original);
  const changed = original.with({ severity: 5, parameters: { atMost: 2, everyNth: undefined } });
  expect({ ...changed }).toEqual({
    ...original,
    severity: 5,
    parameters: { exceptionTypes: ['Error'], moment: 'before', injectionRate: 1, atMost: 2 },
  });
  expect(JSON.stringify(original)).toBe(before);
  expect({ ...original.with({}) }).toEqual({ ...original });
});

test('is frozen to the last list, without freezing what the caller gave', () => {
  const given = { items: [1] };
  const scenario = new ChaosScenario({ scenarioType: 'NULL_INJECTION', parameters: { value: { given } } });
  const latency = CHAOS_SCENARIOS.high_latency;
  expect(Object.isFrozen(scenario) && Object.isFrozen(scenario.parameters)).toBe(true);
  expect(Object.isFrozen(latency.parameters.latencyMs) && Object.isFrozen(latency.targetComponents)).toBe(
    true,
  );
  expect(scenario.parameters.value).toEqual({ given });
  expect((scenario.parameters.value as { given: unknown }).given).toBe(given);
  expect(Object.isFrozen(given) || Object.isFrozen(given.items)).toBe(false);
});

test('takes classes, factories and predicates of the API as they are', () => {
  const factory = () => new RangeError('from a factory');
  const when = (args: readonly unknown[]) => args.length > 1;
  const { parameters } = new ChaosScenario({
    scenarioType: 'EXCEPTION_INJECTION',
    parameters: { exceptionTypes: [TypeError, factory, 'ECONNRESET'], when },
  });
  expect(parameters.exceptionTypes).toEqual([TypeError, factory, 'ECONNRESET']);
  expect(parameters.when).toBe(when);
});

test('lists every mistake at once', () => {
  const init = {
    scenarioType: 'NETWORK_LATENCY',
    name: '',
    severity: 9,
    duration: '25h',
    probabilty: 1,
    targetComponents: 'db',
    parameters: { lossPercent: 3, latencyMs: [20, 'a'], latencyMS: 1 },
  };
  expect(refusal(() => new ChaosScenario(init as never))).toMatchInlineSnapshot(`
    "the scenario "" is not valid:
      name: expected a name of one line that is not empty, got ""
      severity: expected a whole number from 1 to 5, got 9
      duration: expected more than 0 and at most 24 hours, got "25h"
      targetComponents: expected a list, got "db"
      parameters.latencyMs: expected milliseconds from 0 to 3600000: a number, or [min, max], got [20, "a"]
      parameters.lossPercent: unknown key "lossPercent" (known here: latencyMs; lossPercent is a parameter of packet_loss)
      parameters.latencyMS: unknown key "latencyMS" (did you mean "latencyMs"?)
      probabilty: unknown key "probabilty" (did you mean "probability"?)"
  `);
});

test.each([
  ['an unknown type', { scenarioType: 'NETWORK_LATENCI' }],
  ['nothing', null],
  ['parameters that are no object', { scenarioType: 'DEADLOCK', parameters: 'circular-wait' }],
  ['a range upside down', { scenarioType: 'PACKET_LOSS', parameters: { lossPercent: [30, 10] } }],
  [
    'a direction for refused connections',
    { scenarioType: 'NETWORK_PARTITION', parameters: { mode: 'refuse', direction: 'to-target' } },
  ],
  [
    'a distribution',
    { scenarioType: 'SLOW_RESPONSE', parameters: { delayMs: { distribution: 'norml', meanMs: -1 } } },
  ],
  [
    'parts of a distribution',
    { scenarioType: 'SLOW_RESPONSE', parameters: { delayMs: { distribution: 'normal', meanMs: -1 } } },
  ],
  [
    'a window that ends first',
    { scenarioType: 'SLOW_RESPONSE', parameters: { window: { from: '3s', to: 2 } } },
  ],
  ['a value', { scenarioType: 'NULL_INJECTION', parameters: { value: 'nul' } }],
  ['no shift at all', { scenarioType: 'TIME_SKEW', parameters: { offset: '0s' } }],
  ['a shift out of all dates', { scenarioType: 'TIME_SKEW', parameters: { offset: '-100000000d' } }],
  ['another way to be wrong', { scenarioType: 'TIME_SKEW', parameters: { mode: 'jump', every: 0 } }],
  ['a clock that goes back', { scenarioType: 'CLOCK_DRIFT', parameters: { rate: -1 } }],
  ['a rate of nothing', { scenarioType: 'CLOCK_DRIFT', parameters: { rate: 0, clocks: [] } }],
  ['one clock twice', { scenarioType: 'CLOCK_DRIFT', parameters: { clocks: ['wall', 'wall'] } }],
  ['a duration of nothing', { scenarioType: 'CLOCK_DRIFT', duration: 0, parameters: { rate: 1 } }],
])('refuses %s', (_what, init) => {
  expect(refusal(() => new ChaosScenario(init as never))).toMatchSnapshot();
});

test('whatever it is given, it is valid or refused', () => {
  const types = Object.values(CHAOS_SCENARIOS).map(({ scenarioType }) => scenarioType);
  const names = [
    'latencyMs',
    'lossPercent',
    'mode',
    'offset',
    'rate',
    'value',
    'delayMs',
    'window',
    '__proto__',
  ];
  const parameters = fc.dictionary(fc.constantFrom(...names), fc.anything());
  const init = fc.record(
    {
      scenarioType: fc.constantFrom(...types),
      name: fc.anything(),
      severity: fc.oneof(fc.integer({ min: -1, max: 7 }), fc.anything()),
      duration: fc.oneof(fc.double(), fc.constantFrom('5s', '1d', '5'), fc.anything()),
      probability: fc.double(),
      parameters: fc.oneof(parameters, fc.anything()),
      targetComponents: fc.anything(),
    },
    { requiredKeys: ['scenarioType'] },
  );
  fc.assert(
    fc.property(init, (given) => {
      try {
        const scenario = new ChaosScenario(given as never);
        expect({ ...new ChaosScenario(scenario) }).toEqual({ ...scenario });
      } catch (error) {
        expect(error).toMatchObject({ name: 'ChaosError', code: 'INVALID_INPUT' });
      }
    }),
    { numRuns: 500 },
  );
});
