import { expect, expectTypeOf, test } from 'vitest';
import { categoryOf, ChaosScenarioType } from '../model/scenario-type.js';
import type { ChaosScenario } from './chaos-scenario.js';
import { CHAOS_SCENARIOS } from './chaos-scenarios.js';
import { findScenario } from './find-scenario.js';
import { getScenariosBySeverity } from './get-scenarios-by-severity.js';
import { scenarioDefinitions } from './scenario-definitions.js';

const all: readonly ChaosScenario[] = Object.values(CHAOS_SCENARIOS);

test('the catalogue is what the docs say', () => {
  const rows = all.map(
    ({ name, category, severity, parameters }) =>
      `${name} ${category} ${severity} ${JSON.stringify(parameters)}`,
  );
  expect(rows).toMatchInlineSnapshot(`
    [
      "high_latency network 3 {"latencyMs":[500,2000]}",
      "network_partition network 5 {"mode":"drop","direction":"both"}",
      "packet_loss network 4 {"lossPercent":[10,30]}",
      "bandwidth network 3 {"kilobytesPerSecond":32,"direction":"both"}",
      "connection_reset network 4 {"resetRate":0.3,"afterMs":0}",
      "connection_rate network 3 {"perSecond":5,"burst":1}",
      "dns_failure network 4 {"hosts":["*"],"error":"ENOTFOUND","injectionRate":1}",
      "cpu_spike resource 4 {"cpuPercentage":[80,100],"cores":0,"place":"cpus","worker":"chaosx","ramp":0,"rampSteps":0}",
      "memory_leak resource 4 {"rateMbPerSecond":10,"limitMb":256,"place":"external"}",
      "disk_full resource 5 {"place":"disk","fillPercent":95,"maxBytes":10000000000,"allowRootFs":false}",
      "disk_slow resource 3 {"operations":"all","delayMs":[50,200],"injectionRate":1}",
      "fd_exhaustion resource 4 {"spare":0,"tree":true}",
      "process_pause resource 4 {"tree":true}",
      "process_kill resource 4 {"who":"tree","signal":"SIGKILL","grace":"5s","restart":true}",
      "syscall_error resource 4 {"syscalls":["fsync","fdatasync"],"error":"EIO","every":1}",
      "cpu_quota resource 3 {"cores":0.5}",
      "memory_limit resource 5 {"spareMb":16}",
      "pid_limit resource 4 {"spare":0}",
      "random_exceptions application 3 {"exceptionTypes":["Error"],"moment":"before","injectionRate":0.1}",
      "null_injection application 3 {"value":"null","injectionRate":0.1}",
      "slow_method application 2 {"delayMs":[500,2000],"honourAbort":true,"injectionRate":0.5}",
      "http_error application 3 {"statuses":[503],"body":"","headers":{},"moment":"before","injectionRate":0.1}",
      "short_read application 3 {"mode":"short","injectionRate":0.5}",
      "state_corruption state 5 {"on":["results","messages"],"operators":[],"injectionRate":0.1}",
      "race_condition state 4 {"maxDelayMs":20,"budget":0.2,"gates":["answer"],"injectionRate":1}",
      "deadlock state 5 {"kind":"circular-wait","honourAbort":true,"injectionRate":1}",
      "time_skew time 3 {"offset":"1h","mode":"offset","every":"5s"}",
      "clock_drift time 2 {"rate":1.1,"clocks":["wall","monotonic","timers"]}",
    ]
  `);
});

test('has one scenario of each type, under its own name', () => {
  expect(new Set(all.map(({ scenarioType }) => scenarioType))).toEqual(
    new Set(Object.keys(ChaosScenarioType)),
  );
  expect(Object.keys(CHAOS_SCENARIOS)).toEqual(all.map(({ name }) => name));
  expect(Object.isFrozen(CHAOS_SCENARIOS)).toBe(true);
  expect(all.every(({ duration, probability }) => duration === '30s' && probability === 1)).toBe(true);
});

test('each scenario has the type of its parameters', () => {
  expectTypeOf(CHAOS_SCENARIOS.high_latency).toEqualTypeOf<ChaosScenario<'NETWORK_LATENCY'>>();
  expectTypeOf(CHAOS_SCENARIOS.clock_drift.parameters.rate).toEqualTypeOf<number>();
  expectTypeOf(findScenario('deadlock')).toEqualTypeOf<ChaosScenario<'DEADLOCK'>>();
  expectTypeOf((id: string) => findScenario(id)).returns.toEqualTypeOf<ChaosScenario>();
  expect(findScenario('deadlock')).toBe(CHAOS_SCENARIOS.deadlock);
});

test.each(Object.values(scenarioDefinitions))('$id says what everything of it means', (definition) => {
  const { type, id, described, defaults, description, effect, symptoms } = definition;
  expect(findScenario(id).scenarioType).toBe(type);
  expect(findScenario(id).category).toBe(categoryOf(type));
  const names = described.map(({ name }) => name);
  expect(names).toEqual(expect.arrayContaining(Object.keys(defaults)));
  for (const text of [
    description,
    effect,
    symptoms,
    ...described.map((parameter) => parameter.description),
  ]) {
    expect(text).toMatch(/\.$/);
  }
});

test('finds scenarios by severity, both ends included, the mildest first and then by name', () => {
  const names = (min?: number, max?: number) => getScenariosBySeverity(min, max).map(({ name }) => name);
  expect(names(2, 3)).toEqual([
    'clock_drift',
    'slow_method',
    'bandwidth',
    'connection_rate',
    'cpu_quota',
    'disk_slow',
    'high_latency',
    'http_error',
    'null_injection',
    'random_exceptions',
    'short_read',
    'time_skew',
  ]);
  expect(names(1, 1)).toEqual([]);
  expect(names(5)).toEqual([
    'deadlock',
    'disk_full',
    'memory_limit',
    'network_partition',
    'state_corruption',
  ]);
  expect(names()).toHaveLength(Object.keys(CHAOS_SCENARIOS).length);
});

test.each([
  [0, 5],
  [1, 6],
  [4, 2],
  [1.5, 2],
  [Number.NaN, 5],
])('refuses severities from %s to %s', (min, max) => {
  expect(() => getScenariosBySeverity(min, max)).toThrow(
    `expected severities from 1 to 5, the lower one first, got ${min} and ${max}`,
  );
});

test.each([
  ['latency', 'did you mean "high_latency"?'],
  ['HIGH-latency', 'did you mean "high_latency"?'],
  ['PACKET_LOSS', 'PACKET_LOSS is a type; its scenario is "packet_loss"'],
  ['toString', expect.stringMatching(/^there are high_latency, .*clock_drift$/)],
])('for %j it says: %s', (id, hint) => {
  expect(() => findScenario(id)).toThrow(expect.objectContaining({ code: 'UNKNOWN_NAME', hint }));
});
