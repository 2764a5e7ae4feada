import { expect, test } from 'vitest';
import { withDefaultCriteria } from './success-criteria.js';

test.each([
  {},
  { maxResponseMs: 1_000 },
  { p95ResponseMs: 5, maxRecoveryTime: '5s' },
  { maxErrorRate: undefined },
])('adds an error rate to %j, which would not notice failures', (criteria) => {
  expect(withDefaultCriteria(criteria)).toEqual({
    criteria: { ...criteria, maxErrorRate: 0.05 },
    added: true,
  });
});

test.each([{ maxDowntime: 0 }, { passRate: 0.9 }, { minAvailability: 0 }, { maxErrorRate: 1 }])(
  'leaves %j alone, and stays the same when asked again',
  (criteria) => {
    const once = withDefaultCriteria(criteria);
    expect(once).toEqual({ criteria, added: false });
    expect(withDefaultCriteria(withDefaultCriteria({}).criteria).added).toBe(false);
  },
);
