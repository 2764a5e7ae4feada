import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { stringify } from 'yaml';
import type { ChaosError } from '../model/chaos-error.js';
import { CHAOS_SCENARIOS } from '../scenarios/chaos-scenarios.js';
import { findScenario } from '../scenarios/find-scenario.js';
import { problemsIn } from './experiment-problems.js';
import { parseExperiment } from './parse-experiment.js';

const name = fc
  .string({ minLength: 1, maxLength: 20, unit: 'grapheme' })
  .filter((text) => /^[^\r\n]*\S[^\r\n]*$/.test(text));
const duration = fc.oneof(
  fc.integer({ min: 1, max: 3_600 }),
  fc
    .tuple(fc.integer({ min: 1, max: 600 }), fc.constantFrom('ms', 's', 'm'))
    .map(([amount, unit]) => `${amount}${unit}`),
);
const share = fc.double({ min: 0, max: 1, noNaN: true });
const port = fc.integer({ min: 1, max: 65_535 });
const timing = { every: duration, timeout: duration, retries: fc.nat(100) };

const probe = fc.oneof(
  fc.record(
    { name, http: port.map((p) => `http://localhost:${p}/health`), ...timing },
    { requiredKeys: ['name', 'http'] },
  ),
  fc.record({ name, tcp: port.map((p) => `localhost:${p}`), ...timing }, { requiredKeys: ['name', 'tcp'] }),
  fc.record(
    { name, command: fc.array(fc.string(), { minLength: 1 }), ...timing },
    { requiredKeys: ['name', 'command'] },
  ),
);
const range = fc.tuple(fc.nat(100), fc.nat(100)).map(([a, b]) => [Math.min(a, b), Math.max(a, b)] as const);
const changes = {
  name,
  duration,
  probability: share,
  severity: fc.integer({ min: 1, max: 5 }),
  description: fc.string(),
};
// In YAML the key << merges another mapping in: it is no key of its own.
const jsonWithoutMergeKey = fc.jsonValue().filter((value) => !JSON.stringify(value).includes('"<<"'));
const scenario = fc.oneof(
  fc.constantFrom(...Object.keys(CHAOS_SCENARIOS)),
  fc.record(
    { use: fc.constant('high_latency'), parameters: fc.record({ latencyMs: range }), ...changes },
    { requiredKeys: ['use'] },
  ),
  fc.record(
    { use: fc.constant('packet_loss'), parameters: fc.record({ lossPercent: fc.nat(100) }), ...changes },
    { requiredKeys: ['use'] },
  ),
  fc.record(
    {
      use: fc.constant('null_injection'),
      parameters: fc.record({ value: fc.record({ given: jsonWithoutMergeKey }) }),
      ...changes,
    },
    { requiredKeys: ['use'] },
  ),
);
const experiment = fc.record(
  {
    name,
    description: fc.string(),
    steadyStateHypothesis: fc.string(),
    targetSystem: fc.record(
      {
        name,
        start: fc.array(fc.string(), { minLength: 1 }),
        env: fc.dictionary(fc.stringMatching(/^[A-Z_][A-Z0-9_]{0,8}$/), fc.string()),
        dependencies: fc.dictionary(fc.stringMatching(/^[a-z]{1,8}$/), fc.constant({ env: 'DB_URL' })),
      },
      { requiredKeys: ['name', 'start'] },
    ),
    probes: fc.uniqueArray(probe, { minLength: 1, maxLength: 4, selector: (one) => one.name }),
    scenarios: fc.array(scenario, { minLength: 1, maxLength: 4 }),
    seed: fc.maxSafeInteger(),
    baseline: duration,
    parallel: fc.boolean(),
    successCriteria: fc.record(
      { maxErrorRate: share, maxResponseMs: fc.integer({ min: 1 }), maxDowntime: duration },
      { requiredKeys: [] },
    ),
    abortWhen: fc
      .record({ consecutiveFailures: fc.integer({ min: 1 }), passRate: share }, { requiredKeys: [] })
      .filter((one) => Object.keys(one).length > 0),
  },
  { requiredKeys: ['name', 'targetSystem', 'probes', 'scenarios'] },
);

test('an experiment written as YAML is read back as it was', () => {
  fc.assert(
    fc.property(experiment, (written) => {
      const read = parseExperiment(stringify(written), '/work/x.yaml');
      expect(JSON.parse(JSON.stringify(read))).toEqual(
        JSON.parse(
          JSON.stringify({
            description: '',
            steadyStateHypothesis: '',
            baseline: '5s',
            holdTime: '3s',
            maxRecoveryWait: '60s',
            parallel: false,
            successCriteria: {},
            ...written,
            targetSystem: { ...written.targetSystem, cwd: '/work' },
            scenarios: written.scenarios.map((one) => {
              if (typeof one === 'string') return findScenario(one);
              const { use, ...changed } = one;
              const catalogue = findScenario(use);
              return {
                ...catalogue,
                ...changed,
                parameters: { ...catalogue.parameters, ...changed.parameters },
              };
            }),
          }),
        ),
      );
    }),
    { numRuns: 200 },
  );
});

/** Either a valid experiment, or an INVALID_INPUT with mistakes that all lie inside the text. */
function expectReadOrRefused(text: string): void {
  try {
    parseExperiment(text, '/work/x.yaml');
  } catch (error) {
    expect(error).toMatchObject({ name: 'ChaosError', code: 'INVALID_INPUT' });
    const problems = problemsIn(error as ChaosError);
    expect(problems.length).toBeGreaterThan(0);
    const lines = text.split('\n');
    for (const { line, column } of problems) {
      expect(line).toBeGreaterThanOrEqual(1);
      expect(line).toBeLessThanOrEqual(lines.length);
      expect(column).toBeGreaterThanOrEqual(1);
      expect(column).toBeLessThanOrEqual((lines[line - 1]?.length ?? 0) + 1);
    }
  }
}

/** A value with one part of it replaced by anything: `where` picks the way down. */
function replaced(value: unknown, where: readonly number[], by: unknown): unknown {
  const [turn, ...rest] = where;
  if (turn === undefined || typeof value !== 'object' || value === null) return by;
  const keys = Object.keys(value);
  const key = keys[turn % Math.max(1, keys.length)];
  if (key === undefined) return by;
  if (Array.isArray(value))
    return value.map((part: unknown, index) => (String(index) === key ? replaced(part, rest, by) : part));
  return { ...value, [key]: replaced((value as Record<string, unknown>)[key], rest, by) };
}

test('whatever one part is replaced by, the file is read or refused with a place', () => {
  const by = fc.oneof(
    fc.jsonValue(),
    fc.constantFrom(null, '', 0, -1, '5', [], {}, Number.NaN, '2d', 'high_latency'),
  );
  fc.assert(
    fc.property(experiment, fc.array(fc.nat(10), { maxLength: 5 }), by, (valid, where, other) => {
      expectReadOrRefused(stringify(replaced(valid, where, other)));
    }),
    { numRuns: 300 },
  );
});

test('whatever a text is cut and filled with, it is read or refused with a place', () => {
  const piece = fc.oneof(
    fc.string(),
    fc.constantFrom(
      '\n',
      '\t',
      '  ',
      ': ',
      '- ',
      '&a ',
      '*a ',
      '<<: *a',
      '{',
      '}',
      '[',
      ']',
      '"',
      "'",
      '|\n',
      '>-\n',
      '? ',
      '---\n',
      '!!binary ',
      '%YAML 1.1\n',
      '\r\n',
      '\uFEFF',
      '# ',
    ),
  );
  fc.assert(
    fc.property(experiment, fc.nat(), fc.nat(30), piece, (valid, at, length, inserted) => {
      const text = stringify(valid);
      const start = at % (text.length + 1);
      expectReadOrRefused(text.slice(0, start) + inserted + text.slice(start + length));
    }),
    { numRuns: 300 },
  );
});

test('any text at all is read or refused with a place', () => {
  fc.assert(fc.property(fc.string({ unit: 'binary' }), expectReadOrRefused), { numRuns: 300 });
});
