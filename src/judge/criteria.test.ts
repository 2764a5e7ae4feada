import { describe, expect, test } from 'vitest';
import { eventsOf, type ScenarioStory } from '../../test/run-stream.js';
import type { SuccessCriteria } from '../model/experiment.js';
import { foldAll } from '../model/fold.js';
import type { CriterionResult } from '../model/results.js';
import { marginOf, nearestToLimit } from './criteria.js';
import { judge } from './judge.js';

const judged = (criteria: SuccessCriteria, scenario: ScenarioStory = {}) =>
  foldAll(judge, eventsOf({ scenarios: [scenario], criteria })).criteria.map(
    ({ limit, observed, held }) => [limit, observed, held] as const,
  );

describe('each criterion: limit, observed, held; limits are inclusive', () => {
  test.each<[SuccessCriteria, ScenarioStory, readonly [number, number | null, boolean | null]]>([
    [{ responseTimeMs: 500 }, { latencyMs: 500 }, [500, 500, true]],
    [{ responseTimeMs: 499 }, { latencyMs: 500 }, [499, 500, false]],
    [{ p95ResponseMs: 500 }, { latencyMs: 501 }, [500, 501, false]],
    [{ maxResponseMs: 500 }, { latencyMs: 500 }, [500, 500, true]],
    [{ maxErrorRate: 0.1 }, { failing: 0.1 }, [0.1, 0.1, true]],
    [{ maxErrorRate: 0.1 }, { failing: 0.12 }, [0.1, 0.12, false]],
    [{ passRate: 0.9 }, { failing: 0.1 }, [0.9, 0.9, true]],
    [{ passRate: 0.9 }, { failing: 0.12 }, [0.9, 0.88, false]],
    [{ maxDowntime: 0.2 }, { failing: 0.1 }, [0.2, 0.205, false]],
    [{ maxDowntime: '205ms' }, { failing: 0.1 }, [0.205, 0.205, true]],
    [{ maxRecoveryTime: '2s' }, { recoveryMs: 2_000 }, [2, 2, true]],
    [{ maxRecoveryTime: 2 }, { recoveryMs: 2_001 }, [2, 2.001, false]],
    // Never recovered broke any limit; recovery that was not watched to its end decides nothing.
    [{ maxRecoveryTime: '1h' }, { recovered: false }, [3_600, null, false]],
    [{ maxRecoveryTime: '1h' }, { recovered: 'missing' }, [3_600, null, null]],
    [{ minAvailability: 1 }, {}, [1, 1, true]],
    [{ minAvailability: 1 }, { failing: 0.02 }, [1, expect.closeTo(0.985, 3) as number, false]],
    [{ passRate: 0.9 }, { samples: 'none' }, [0.9, null, null]],
    [{ maxErrorRate: 0.1 }, { samples: 'none' }, [0.1, null, null]],
    [{ p95ResponseMs: 500 }, { samples: 'none' }, [500, null, null]],
  ])('%o under %o', (criteria, scenario, row) => {
    expect(judged(criteria, scenario)).toEqual([row]);
  });

  test('nothing is judged for a scenario that was not injected', () => {
    expect(judged({ maxErrorRate: 0 }, { failedAt: 'inject' })).toEqual([]);
    expect(judged({ maxErrorRate: 0 }, { skipped: 'not-triggered' })).toEqual([]);
  });

  test('scenarios of one name keep their own', () => {
    const { scenarios } = foldAll(judge, eventsOf({ scenarios: [{}, { failing: 1 }] }));
    expect(scenarios.map(({ name, verdict }) => [name, verdict])).toEqual([
      ['high_latency', 'held'],
      ['high_latency', 'deviated'],
    ]);
  });
});

describe('margins', () => {
  const result = (name: string, limit: number, observed: number | null): CriterionResult => {
    return { name, scenario: 's', probe: 'p', limit, observed, held: null };
  };

  test('are shares of the limit, below 0 when broken', () => {
    expect(marginOf(result('maxResponseMs', 1_000, 800))).toBeCloseTo(0.2);
    expect(marginOf(result('maxResponseMs', 1_000, 1_500))).toBeCloseTo(-0.5);
    expect(marginOf(result('passRate', 0.8, 0.6))).toBeCloseTo(-0.25);
    expect(marginOf(result('maxErrorRate', 0, 0))).toBe(0);
    expect(marginOf(result('maxErrorRate', 0, 0.01))).toBeLessThan(-1e6);
    expect(marginOf(result('maxErrorRate', 0.1, null))).toBeNull();
  });

  test('the nearest to its limit is the one furthest beyond it', () => {
    const criteria = [
      result('maxResponseMs', 1_000, 1_100),
      result('maxErrorRate', 0.05, 0.5),
      result('passRate', 0.9, null),
    ];
    expect(nearestToLimit(criteria)?.name).toBe('maxErrorRate');
    expect(nearestToLimit([])).toBeNull();
  });
});
