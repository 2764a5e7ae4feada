import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { ChaosExperiment } from '../src/api/chaos-experiment.js';
import { ChaosOrchestrator } from '../src/api/chaos-orchestrator.js';
import { judgeRepeat } from '../src/judge/campaign/judge-repeat.js';
import type { CampaignEvent } from '../src/model/campaign-events.js';
import type { CriteriaFunction, SuccessCriteria } from '../src/model/experiment.js';
import { foldAll } from '../src/model/fold.js';
import { CHAOS_SCENARIOS } from '../src/scenarios/chaos-scenarios.js';
import { readCampaignEvents } from '../src/store/read-campaign-events.js';
import { inProcessTarget } from '../src/targets/in-process-target.js';

const folder = mkdtempSync(join(tmpdir(), 'chaosx-repeat-test-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function subject(successCriteria: SuccessCriteria | CriteriaFunction) {
  const database = { query: async () => 1 };
  const orchestrator = new ChaosOrchestrator({
    targetSystem: inProcessTarget('shop', { database }),
    resultsDirectory: join(folder, 'results'),
    stateDirectory: join(folder, 'state'),
  });
  const experiment = new ChaosExperiment({
    name: 'Shop with a failing database',
    scenarios: [
      CHAOS_SCENARIOS.random_exceptions.with({ duration: '200ms', parameters: { injectionRate: 0.5 } }),
    ],
    probes: [{ name: 'shop', check: () => database.query(), every: '10ms' }],
    successCriteria,
    baseline: '50ms',
    holdTime: '50ms',
  });
  return { orchestrator, experiment };
}

describe('repeatExperiment', () => {
  test('five runs of a system that fails half of its calls: the interval is beyond a limit of 5 %', async () => {
    const { orchestrator, experiment } = subject({ maxErrorRate: 0.05 });
    const told: CampaignEvent[] = [];
    const results = await orchestrator.repeatExperiment(experiment, {
      times: 5,
      seed: 3,
      onEvent: (event) => void told.push(event),
    });
    expect(results).toMatchObject({ kind: 'repeat', verdict: 'deviated', times: 5, counted: 5, seed: 3 });
    const [criterion] = results.criteria;
    expect(criterion).toMatchObject({ name: 'maxErrorRate', limit: 0.05, limitIs: 'most', n: 5 });
    expect(criterion?.interval?.lower).toBeGreaterThan(0.05);
    // Each run has a seed of its own, all from the one.
    expect(new Set(results.rounds.map(({ seed }) => seed)).size).toBe(5);
    expect(foldAll(judgeRepeat, told)).toEqual(results);
  });

  test('a function of the caller is judged by the share of runs; saved events give the same results', async () => {
    const { orchestrator, experiment } = subject(({ passRate }) => passRate !== null && passRate > 0.9);
    const results = await orchestrator.repeatExperiment(experiment, { times: 5, seed: 3 });
    expect(results).toMatchObject({
      verdict: 'deviated',
      criteria: [{ name: 'function', limit: 0.8, limitIs: 'least', observed: [0, 0, 0, 0, 0] }],
    });
    const path = join(folder, 'results', 'shop-with-a-failing-database', 'latest');
    const events: CampaignEvent[] = [];
    for await (const event of readCampaignEvents(join(path, 'campaign.jsonl'))) events.push(event);
    expect(foldAll(judgeRepeat, events)).toEqual(results);
    expect(JSON.parse(readFileSync(join(path, 'results.json'), 'utf8'))).toEqual(results);
  });

  test('aborting in the second run ends it: interrupted, reverted', async () => {
    const { orchestrator, experiment } = subject({ maxErrorRate: 0.9 });
    const controller = new AbortController();
    const results = await orchestrator.repeatExperiment(experiment, {
      times: 6,
      signal: controller.signal,
      onEvent: (event) => {
        if (event.type === 'round-started' && event.round === 1) controller.abort(new Error('enough'));
      },
    });
    expect(results).toMatchObject({
      verdict: 'interrupted',
      roundsRun: 2,
      stoppedBy: { by: 'caller', detail: 'enough' },
    });
  });

  test.each([0, -1, 1.5, Number.NaN])('%d times is refused', async (times) => {
    const { orchestrator, experiment } = subject({});
    await expect(orchestrator.repeatExperiment(experiment, { times })).rejects.toThrow(
      `expected times to be a whole number from 1 on, got ${times}`,
    );
  });
});
