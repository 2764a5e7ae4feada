import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { eventsOf, runStarted, sample } from '../../test/run-stream.js';
import { distributionsOf } from './distributions.js';
import { metrics } from './metrics.js';

test('distributions of a run, by probe', () => {
  let state = metrics.init();
  for (const event of eventsOf({ scenarios: [{ latencyMs: 1_980 }] })) state = metrics.step(state, event);
  expect(distributionsOf(state)).toMatchInlineSnapshot(`
    [
      {
        "after": [
          {
            "ms": 12,
            "share": 1,
          },
        ],
        "before": [
          {
            "ms": 12,
            "share": 1,
          },
        ],
        "during": [
          {
            "ms": 1980,
            "share": 1,
          },
        ],
        "probe": "checkout",
      },
    ]
  `);
});

test('a distribution rises to the slowest sample, in at most 82 points', () => {
  const times = fc.array(fc.double({ min: 0, max: 1e5, noNaN: true }), { minLength: 1, maxLength: 500 });
  fc.assert(
    fc.property(times, (all) => {
      let state = metrics.step(metrics.init(), runStarted());
      for (const latencyMs of all) state = metrics.step(state, sample(0, { latencyMs }));
      const points = distributionsOf(state)[0]?.before ?? [];
      expect(points.length).toBeLessThanOrEqual(82);
      expect(points.at(-1)?.share).toBe(1);
      const slowest = Math.max(...all);
      expect(Math.abs((points.at(-1)?.ms ?? 0) - slowest)).toBeLessThanOrEqual(0.000_6 * slowest + 0.001);
      for (const [i, { ms, share }] of points.entries()) {
        expect(ms).toBeGreaterThanOrEqual(points[i - 1]?.ms ?? 0);
        expect(share).toBeGreaterThan(points[i - 1]?.share ?? 0);
      }
    }),
  );
});
