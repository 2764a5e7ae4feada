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
    duration: '200ms',
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
    const gate = await gateOf(20, 0.3, { runs: 16 });
    expect(gate).toMatchObject({
      verdict: 'held',
      // 16 of 16 are also seen when four of five would be tolerated.
      score: 80.6,
      coverage: { share: 1, asked: 1, confirmed: ['random_exceptions'], missing: [] },
      perScenario: [{ scenario: 'random_exceptions', faults: 16, tolerated: 16, score: 80.6 }],
      summary: 'at least 80.6 % of faults tolerated (16 of 16), over 1 of 1 scenarios',
    });
    expect(gate.evidence.runs).toHaveLength(16);
    expect(gate.evidence.runs[0]?.folder).toContain(`${gate.evidence.folder}/rounds/`);
  });

  test('a system that does not: deviated, and what to do', async () => {
    const gate = await gateOf(0, 1);
    expect(gate).toMatchObject({ verdict: 'deviated', score: 0 });
    expect(gate.recommendations.length).toBeGreaterThan(0);
  });

  test('fewer than five faults have no score', async () => {
    const gate = await gateOf(20, 0.3, { runs: 2 });
    expect(gate).toMatchObject({ verdict: 'inconclusive', score: null });
    expect(gate.summary).toContain('no score: 2 of 2 faults tolerated, too few to say');
  });

  test('a scenario that cannot be made is named, and what is left alone never held', async () => {
    const database = { query: async () => 1 };
    const options = {
      target: inProcessTarget('shop', { database }),
      systemUnderTest: () => database.query(),
      // Values are never null here: nothing is wrong.
      isCorrect: () => true,
      scenarios: [CHAOS_SCENARIOS.slow_method.with({ parameters: { delayMs: 1 } }), 'process_pause'],
      runs: 16,
      duration: '100ms',
      baseline: '50ms',
      holdTime: '50ms',
      load: { perSecond: 50 },
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
