import { describe, expect, test } from 'vitest';
import { eventsOf, type RunStory, type ScenarioStory } from '../../test/run-stream.js';
import type { ChaosEvent } from '../model/events.js';
import { foldAll } from '../model/fold.js';
import { judge } from './judge.js';

const advised = (story: RunStory, change = (events: readonly ChaosEvent[]) => events) =>
  foldAll(judge, change(eventsOf(story))).recommendations;
const of = (scenario: ScenarioStory, story: RunStory = {}) => advised({ ...story, scenarios: [scenario] });

const exceptions = (injectionRate: number): ScenarioStory => ({
  name: 'random_exceptions',
  planned: {
    type: 'EXCEPTION_INJECTION',
    category: 'application',
    parameters: { injectionRate },
    targetComponents: ['database_layer'],
  },
});
const partition: ScenarioStory = {
  name: 'network_partition',
  planned: { type: 'NETWORK_PARTITION', parameters: { mode: 'drop' } },
};

describe('recommendations quote their evidence', () => {
  test('latency passes through', () => {
    expect(of({ latencyMs: 1_980 })).toMatchInlineSnapshot(`
      [
        "high_latency: p95 rose from 12 ms to 1,980 ms, as much as the injected delay: nothing limits the wait. Add a timeout below 1 s and a fallback",
      ]
    `);
  });

  test('latency runs into the time limit of the probe', () => {
    expect(of({ latencyMs: 2_000, failing: 1 })).toMatchInlineSnapshot(`
      [
        "high_latency: checkout was down for 10 s while the fault lasted 10 s: nothing stands in for what is missing. Answer from a cache or a default while it is missing, behind a circuit breaker that stops asking for it",
        "high_latency: p95 rose from 12 ms to 2,000 ms, the time limit of the probe: nothing in the system limits the wait. Add a timeout below 1 s and a fallback",
      ]
    `);
  });

  test('latency is paid more than once', () => {
    expect(of({ latencyMs: 1_950, planned: { parameters: { latencyMs: 500 } } })).toMatchInlineSnapshot(`
      [
        "high_latency: p95 rose from 12 ms to 1,950 ms, 3.9 times the longest injected delay: a request pays it more than once. Make the calls at once instead of one after the other, and limit retries",
      ]
    `);
  });

  test('a bounded wait is not told to be bounded', () => {
    expect(
      of({ latencyMs: 300, planned: { parameters: { latencyMs: [500, 2_000] } } }),
    ).toMatchInlineSnapshot(`
      [
        "high_latency: held with 70 % to spare: the slowest answer took 300 ms, limit 1,000 ms (checkout). Nothing to do here; try high_latency with a higher severity or a longer duration",
      ]
    `);
  });

  test('exceptions reach users as they are', () => {
    expect(of({ ...exceptions(0.3), failing: 0.3 })).toMatchInlineSnapshot(`
      [
        "random_exceptions: 30 % of the answers failed, as many as the exceptions thrown in 30 % of the calls: nothing catches them. Retry calls that can be repeated, with a budget, and answer with a fallback when they still fail",
      ]
    `);
  });

  test('exceptions do more harm than they should', () => {
    expect(of({ ...exceptions(0.1), failing: 0.5 })).toMatchInlineSnapshot(`
      [
        "random_exceptions: 50 % of the answers failed although exceptions were thrown in 10 % of the calls: a request makes several such calls, or one failure spoils later ones. Retry the failed call alone, with a budget, and keep its failure from the other parts of the answer",
      ]
    `);
  });

  test('nulls are used as if they were there', () => {
    const planned = {
      type: 'NULL_INJECTION',
      parameters: { injectionRate: 0.5 },
      targetComponents: ['cache'],
    } as const;
    expect(of({ name: 'null_injection', planned, failing: 0.4 })).toMatchInlineSnapshot(`
      [
        "null_injection: 40 % of the answers failed when calls returned nothing: a missing value is used as if it were there. Check what cache returns where it is received, and say what a missing value means",
      ]
    `);
  });

  test('calls multiply', () => {
    const exposure = { kind: 'counted', n: 640, what: 'calls' } as const;
    expect(of({ ...exceptions(1), failing: 0.5, exposure })).toMatchInlineSnapshot(`
      [
        "random_exceptions: 50 % of the answers failed, as many as the exceptions thrown in 100 % of the calls: nothing catches them. Retry calls that can be repeated, with a budget, and answer with a fallback when they still fail",
        "random_exceptions: 640 calls in 50 samples met the fault. If that is more than a request makes when all is well, retries multiply the load: give them a budget and growing pauses",
      ]
    `);
  });

  test('down for as long as the fault, hanging', () => {
    expect(of({ ...partition, failing: 1, latencyMs: 2_000 })).toMatchInlineSnapshot(`
      [
        "network_partition: checkout was down for 10 s while the fault lasted 10 s: nothing stands in for what is missing. Answer from a cache or a default while it is missing, behind a circuit breaker that stops asking for it",
        "network_partition: half of the answers took the 2,000 ms that the probe waits: callers hang instead of failing. Add a timeout below 1 s and a fallback",
      ]
    `);
  });

  test('slow to come back', () => {
    expect(
      of({ ...partition, recoveryMs: 14_000 }, { criteria: { maxRecoveryTime: '10s' } }),
    ).toMatchInlineSnapshot(`
      [
        "network_partition: the system needed 14 s to come back after the fault was gone. Cap the pause between reconnects, and shorten the time after which the circuit breaker tries again (half-open)",
      ]
    `);
  });

  test('never back', () => {
    expect(of({ ...partition, recovered: false })).toMatchInlineSnapshot(`
      [
        "network_partition: the fault was gone and the system did not come back within 1 min. Look for connections, pool slots or promises that stay stuck; close and reopen them after an error, with a time limit on each wait",
      ]
    `);
  });

  test('dead', () => {
    expect(of({ ...partition, targetFails: 'during' })).toMatchInlineSnapshot(`
      [
        "network_partition: the target failed under the fault: it was killed by SIGSEGV. Handle the error where it happens (its last output names it), and let a supervisor restart the process",
      ]
    `);
  });

  test('still slow afterwards', () => {
    const slowAfter = (events: readonly ChaosEvent[]) =>
      events.map((event) =>
        event.type === 'sample' && event.intendedAt > 15_000 ? { ...event, latencyMs: 340 } : event,
      );
    expect(advised({ scenarios: [partition] }, slowAfter)).toMatchInlineSnapshot(`
      [
        "network_partition: p95 was still 340 ms after the fault was gone, against 12 ms before it: work piled up. Bound queues and pools, and drop work whose caller has given up",
      ]
    `);
  });

  test('never met', () => {
    expect(
      of({ ...exceptions(0.1), exposure: { kind: 'counted', n: 0, what: 'calls' } }),
    ).toMatchInlineSnapshot(`
      [
        "random_exceptions: in 10 s the target never met the fault (0 calls). Make the probes use database_layer, or name components that they use, or raise injectionRate",
      ]
    `);
  });

  test('not seen to act', () => {
    expect(of({ last: 'no' })).toMatchInlineSnapshot(`
      [
        "high_latency: the fault was not seen to act: round trip 0.4 ms before and 2,000.6 ms during, expected 2000 ms added. Look at whether the target still used what was broken, and run it again",
      ]
    `);
  });

  test('left behind', () => {
    expect(of({ revertOk: false })).toMatchInlineSnapshot(`
      [
        "high_latency: the fault could not be undone: the proxy does not answer. Run \`chaosx recover\`, then look at what it reports",
      ]
    `);
  });

  test('too few samples', () => {
    const sparse = (events: readonly ChaosEvent[]) =>
      events
        .filter((event) => event.type !== 'sample' || event.intendedAt % 1_000 === 0)
        .map((event) => {
          if (event.type !== 'run-started') return event;
          return { ...event, probes: [{ name: 'checkout', everyMs: 1_000, timeoutMs: 2_000 }] };
        });
    expect(advised({}, sparse)).toMatchInlineSnapshot(`
      [
        "high_latency: checkout gave 10 samples while the fault was active: a p95 needs 20. Ask every 500 ms or less (\`every\`), or keep the fault for 20 s",
      ]
    `);
  });

  test('held with plenty to spare', () => {
    expect(of({}, { criteria: { maxResponseMs: 1_000 } })).toMatchInlineSnapshot(`
      [
        "high_latency: held with 98 % to spare: the slowest answer took 20 ms, limit 1,000 ms (checkout). Nothing to do here; try high_latency with a higher severity or a longer duration",
      ]
    `);
  });

  test('held by little', () => {
    expect(of({ latencyMs: 900 }, { criteria: { maxResponseMs: 1_000 } })).toMatchInlineSnapshot(`
      [
        "high_latency: held with 10 % to spare: the slowest answer took 900 ms, limit 1,000 ms (checkout). Nothing to do here; keep the experiment in CI, so that the margin does not shrink unseen",
      ]
    `);
  });

  test('not well before', () => {
    expect(advised({ baselineHeld: false })).toMatchInlineSnapshot(`
      [
        "baseline: before any fault, checkout: expected status 200, got 503. Make the system well, or the probe right, before breaking anything",
      ]
    `);
  });
});
