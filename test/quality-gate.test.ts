import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { qualityGate } from '../src/api/quality-gate.js';
import { verifyPatch } from '../src/api/verify-patch.js';
import { CHAOS_SCENARIOS } from '../src/scenarios/chaos-scenarios.js';
import { inProcessTarget } from '../src/targets/in-process-target.js';

const folder = mkdtempSync(join(tmpdir(), 'chaosx-gate-test-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** A bar for which few runs are enough, also on a machine that is busy with other tests. */
const low = { meanTimeToRecovery: 30, faultToleranceScore: 40, availability: 30, gracefulDegradation: 30 };

/** A shop whose database fails when it is told to. */
function gateOf(retries: number, injectionRate: number, more: { readonly runs?: number } = {}) {
  const database = { query: async () => 1 };
  return qualityGate({
    target: inProcessTarget('shop', { database }),
    systemUnderTest: async () => {
      for (let left = retries; ; left -= 1) {
        try {
          return await database.query();
        } catch (error) {
          if (left === 0) throw error;
        }
      }
    },
    scenarios: [CHAOS_SCENARIOS.random_exceptions.with({ parameters: { injectionRate } })],
    duration: '300ms',
    targets: low,
    baseline: '50ms',
    holdTime: '50ms',
    load: { perSecond: 50 },
    seed: 5,
    resultsDirectory: join(folder, 'results'),
    stateDirectory: join(folder, 'state'),
    ...more,
  });
}

describe('qualityGate', () => {
  test('a system that retries: the score is a lower bound, with what it covers', async () => {
    const gate = await gateOf(20, 0.6, { runs: 10 });
    const { faults = 0, tolerated = 0 } = gate.perScenario[0] ?? {};
    // On a busy machine one may not be met in its time.
    expect(faults).toBeGreaterThanOrEqual(7);
    expect(tolerated).toBeGreaterThanOrEqual(faults - 1);
    expect(gate).toMatchObject({
      verdict: 'held',
      coverage: { share: 1, asked: 1, confirmed: ['random_exceptions'], missing: [] },
      summary: `at least ${gate.score} % of faults tolerated (${tolerated} of ${faults}), over 1 of 1 scenarios`,
    });
    // Ten of ten are also seen when three of four would be tolerated.
    expect(gate.score).toBeGreaterThan(40);
    expect(gate.score).toBeLessThanOrEqual(72.3);
    expect(gate.evidence.runs).toHaveLength(10);
    expect(gate.evidence.runs[0]?.folder).toContain(`${gate.evidence.folder}/rounds/`);
  });

  test('a system that does not: deviated, and what to do', async () => {
    const gate = await gateOf(0, 1);
    expect(gate).toMatchObject({ verdict: 'deviated', score: 0 });
    expect(gate.recommendations.length).toBeGreaterThan(0);
  });

  test('fewer than five faults have no score', async () => {
    const gate = await gateOf(20, 0.5, { runs: 2 });
    expect(gate).toMatchObject({ verdict: 'inconclusive', score: null });
    expect(gate.summary).toMatch(
      /^no score: [012] of 2 faults tolerated, too few to say, over 1 of 1 scenarios$/,
    );
  });

  test('a scenario that cannot be made is named, and what is left alone never held', async () => {
    const database = { query: async () => 1 };
    const options = {
      target: inProcessTarget('shop', { database }),
      systemUnderTest: () => database.query(),
      scenarios: [
        CHAOS_SCENARIOS.slow_method.with({ parameters: { delayMs: 1, injectionRate: 1 } }),
        'process_pause',
      ],
      runs: 6,
      targets: low,
      duration: '300ms',
      // Shorter, and a busy machine leaves too few calls to be called steady.
      baseline: '500ms',
      holdTime: '200ms',
      load: { perSecond: 20 },
      resultsDirectory: null,
      stateDirectory: join(folder, 'state'),
    } as const;
    const gate = await qualityGate(options);
    expect(gate.coverage).toMatchObject({ share: 0.5, asked: 2, confirmed: ['slow_method'] });
    expect(gate.coverage.missing[0]?.scenario).toBe('process_pause');
    expect(gate.verdict).toBe('inconclusive');
    expect(gate.reason).toContain('only 1 of 2 scenarios were tested');
    expect(gate.summary).toContain('over 1 of 2 scenarios; not tested: process_pause: ');
    await expect(qualityGate({ ...options, scenarios: ['process_pause'] })).rejects.toMatchObject({
      code: 'UNSUPPORTED_SCENARIO',
    });
  });
});

test('verifyPatch refuses what is no repository', async () => {
  const options = { repository: folder, base: 'main', head: 'HEAD', experiments: [] };
  await expect(verifyPatch(options)).rejects.toMatchObject({ code: 'INVALID_INPUT' });
});
