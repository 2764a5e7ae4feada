import { expect, test } from 'vitest';
import { eventsOf, runStarted, sample } from '../../test/run-stream.js';
import { progress } from './progress.js';

function progressAfter(count: number, events = eventsOf({ scenarios: [{ failing: 0.1 }, {}] })) {
  let state = progress.init();
  for (const event of events.slice(0, count)) state = progress.step(state, event);
  return progress.result(state);
}

test('before the first event there is nothing to show', () => {
  expect(progressAfter(0)).toEqual({
    phase: 'starting',
    scenario: null,
    phaseStartedAt: 0,
    plannedMs: null,
    t: 0,
    probes: [],
    p95Ms: null,
    decisionsFired: 0,
    verdict: null,
  });
});

test('while a fault is active: which, how far, and how the probes do', () => {
  const events = eventsOf({ scenarios: [{ failing: 0.1 }, {}] });
  const active = events.findIndex((event) => event.type === 'phase-entered' && event.phase === 'active');
  expect(progressAfter(active + 31, events)).toMatchInlineSnapshot(`
    {
      "decisionsFired": 0,
      "p95Ms": 20,
      "phase": "active",
      "phaseStartedAt": 5000,
      "plannedMs": 10000,
      "probes": [
        {
          "failed": 3,
          "last": {
            "latencyMs": 20,
            "outcome": "failed",
          },
          "passed": 52,
          "probe": "checkout",
        },
      ],
      "scenario": {
        "count": 2,
        "index": 0,
        "name": "high_latency",
      },
      "t": 10800,
      "verdict": null,
    }
  `);
});

test('at the end: the verdict of the report', () => {
  expect(progressAfter(Number.POSITIVE_INFINITY)).toMatchObject({ phase: 'recovering', verdict: 'deviated' });
});

test('the live p95 forgets what is older than 10 s, and the window stays small at any rate', () => {
  let state = progress.step(progress.init(), runStarted());
  for (let t = 0; t < 10_000; t += 1) state = progress.step(state, sample(t, { t, latencyMs: 900 }));
  expect(progress.result(state).p95Ms).toBe(900);
  for (let t = 20_000; t < 30_000; t += 1) state = progress.step(state, sample(t, { t, latencyMs: 5 }));
  expect(progress.result(state).p95Ms).toBe(5);
  expect(state.window.samples.length).toBeLessThanOrEqual(2 * state.window.most + 1);
});
