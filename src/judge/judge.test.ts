import { expect, test } from 'vitest';
import { eventsOf } from '../../test/run-stream.js';
import { foldAll } from '../model/fold.js';
import { judge } from './judge.js';

test('the whole results of a run that deviated', () => {
  const events = eventsOf({
    scenarios: [
      { latencyMs: 1_980, failing: 0.04 },
      { skipped: 'not-triggered', name: 'network_partition' },
    ],
    criteria: {
      p95ResponseMs: 1_000,
      maxDowntime: '10s',
      maxRecoveryTime: 5,
      passRate: 0.9,
      minAvailability: 0.9,
    },
  });
  expect(foldAll(judge, events)).toMatchInlineSnapshot(`
    {
      "cleanExit": {
        "checked": [
          "receipts",
        ],
        "clean": true,
        "leftovers": [],
      },
      "criteria": [
        {
          "held": false,
          "limit": 1000,
          "name": "p95ResponseMs",
          "observed": 1980,
          "probe": "checkout",
          "scenario": "high_latency",
        },
        {
          "held": true,
          "limit": 10,
          "name": "maxDowntime",
          "observed": 0.205,
          "probe": "checkout",
          "scenario": "high_latency",
        },
        {
          "held": true,
          "limit": 5,
          "name": "maxRecoveryTime",
          "observed": 0.1,
          "probe": null,
          "scenario": "high_latency",
        },
        {
          "held": true,
          "limit": 0.9,
          "name": "passRate",
          "observed": 0.96,
          "probe": "checkout",
          "scenario": "high_latency",
        },
        {
          "held": true,
          "limit": 0.9,
          "name": "minAvailability",
          "observed": 0.9710817565155302,
          "probe": "checkout",
          "scenario": "high_latency",
        },
      ],
      "durationSeconds": 19.005,
      "environment": {
        "chaosx": "0.1.0",
        "node": "v20.20.2",
        "platform": "linux x64",
      },
      "experiment": "Checkout survives a slow inventory",
      "experimentSuccessful": false,
      "hypothesis": "Checkout answers in under a second",
      "lastOutput": [],
      "metrics": {
        "availabilityBySamples": 0.9714285714285714,
        "availabilityByTime": 0.9710817565155302,
        "longestOutageMs": 205,
        "passRate": 0.96,
        "recoveryTimeSeconds": 0.1,
        "responseTimes": {
          "after": {
            "count": 20,
            "maxMs": 12,
            "p50Ms": 12,
            "p95Ms": 12,
            "p99Ms": 12,
          },
          "before": {
            "count": 25,
            "maxMs": 12,
            "p50Ms": 12,
            "p95Ms": 12,
            "p99Ms": 12,
          },
          "during": {
            "count": 50,
            "maxMs": 1980,
            "p50Ms": 1980,
            "p95Ms": 1980,
            "p99Ms": 1980,
          },
        },
        "scenarios": [
          {
            "probes": [
              {
                "availabilityBySamples": 0.9714285714285714,
                "availabilityByTime": 0.9710817565155302,
                "failed": 2,
                "harvest": 1,
                "longestOutageMs": 205,
                "passRate": 0.96,
                "probe": "checkout",
                "responseTimes": {
                  "after": {
                    "count": 20,
                    "maxMs": 12,
                    "p50Ms": 12,
                    "p95Ms": 12,
                    "p99Ms": 12,
                  },
                  "before": {
                    "count": 25,
                    "maxMs": 12,
                    "p50Ms": 12,
                    "p95Ms": 12,
                    "p99Ms": 12,
                  },
                  "during": {
                    "count": 50,
                    "maxMs": 1980,
                    "p50Ms": 1980,
                    "p95Ms": 1980,
                    "p99Ms": 1980,
                  },
                },
                "samples": 50,
              },
            ],
            "recoveryTimeSeconds": 0.1,
            "scenario": "high_latency",
          },
        ],
      },
      "reason": "high_latency: p95 was 1,980 ms, limit 1,000 ms (checkout)",
      "recommendationDetails": [
        {
          "action": "Add a timeout below 1 s and a fallback",
          "evidence": "p95 rose from 12 ms to 1,980 ms, as much as the injected delay: nothing limits the wait",
          "scenario": "high_latency",
        },
      ],
      "recommendations": [
        "high_latency: p95 rose from 12 ms to 1,980 ms, as much as the injected delay: nothing limits the wait. Add a timeout below 1 s and a fallback",
      ],
      "runId": "run-1",
      "scenarios": [
        {
          "backend": "proxy",
          "decisionsFired": 0,
          "evidence": {
            "active": "yes",
            "exposure": {
              "kind": "counted",
              "n": 50,
              "what": "chunks",
            },
            "measured": {
              "baseline": 0.4,
              "during": 2000.6,
              "expected": "2000 ms added",
              "quantity": "round trip",
              "unit": "ms",
            },
          },
          "injectedAtMs": 5000,
          "name": "high_latency",
          "reason": "p95 was 1,980 ms, limit 1,000 ms (checkout)",
          "recovered": true,
          "recoveryTimeSeconds": 0.1,
          "replayable": true,
          "revertedAtMs": 15005,
          "severity": 3,
          "triggered": true,
          "type": "NETWORK_LATENCY",
          "verdict": "deviated",
        },
        {
          "backend": "proxy",
          "decisionsFired": 0,
          "evidence": null,
          "injectedAtMs": null,
          "name": "network_partition",
          "reason": "skipped: it did not trigger (probability 1)",
          "recovered": null,
          "recoveryTimeSeconds": null,
          "replayable": true,
          "revertedAtMs": null,
          "severity": 3,
          "triggered": false,
          "type": "NETWORK_LATENCY",
          "verdict": null,
        },
      ],
      "seed": 42,
      "startedAt": "2026-11-23T10:00:00.000Z",
      "status": "completed",
      "stoppedBy": null,
      "target": "checkout",
      "verdict": "deviated",
    }
  `);
});

test('judging again gives the same, and results survive JSON', () => {
  const events = eventsOf({ scenarios: [{ failing: 0.3 }, { recovered: false }] });
  const results = foldAll(judge, events);
  const again = foldAll(judge, JSON.parse(JSON.stringify(events)) as typeof events);
  expect(JSON.parse(JSON.stringify(results))).toEqual(again);
});

test('decisions count in full and as counts', () => {
  const events = [...eventsOf()];
  const at = events.findIndex(({ type }) => type === 'revert-started');
  const fired = {
    type: 'decision-fired',
    t: 1,
    scenario: 0,
    rule: 'r',
    site: 'db.query',
    n: 0,
    effect: 'throw',
  } as const;
  events.splice(at, 0, fired, fired, {
    type: 'decisions-counted',
    t: 2,
    scenario: 0,
    fired: 40,
    bySite: { 'db.query': 40 },
  });
  expect(foldAll(judge, events).scenarios[0]?.decisionsFired).toBe(42);
});
