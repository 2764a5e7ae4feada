import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { ChaosExperiment } from '../src/api/chaos-experiment.js';
import { Campaign, type CampaignOptions } from '../src/campaign/campaign.js';
import {
  campaignCommonOf,
  newCampaignFacts,
  stepCampaignFacts,
} from '../src/judge/campaign/campaign-facts.js';
import type { CampaignEvent } from '../src/model/campaign-events.js';
import type { Results } from '../src/model/results.js';
import { systemClock } from '../src/model/system-clock.js';
import { CHAOS_SCENARIOS } from '../src/scenarios/chaos-scenarios.js';
import type { ForeignLine } from '../src/store/read-event-file.js';
import { readCampaignEvents } from '../src/store/read-campaign-events.js';
import { inProcessTarget } from '../src/targets/in-process-target.js';
import { never } from './network-servers.js';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'chaosx-campaign-test-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const database = { query: async () => 1 };

/** Breaks the database that the probe asks, or one that it can do without. */
function experiment(isNeeded: boolean): ChaosExperiment {
  return new ChaosExperiment({
    name: isNeeded ? 'Needs its database' : 'Does without',
    scenarios: [
      CHAOS_SCENARIOS.random_exceptions.with({ duration: '200ms', parameters: { injectionRate: 1 } }),
    ],
    targetSystem: inProcessTarget('shop', { database }),
    probes: [
      {
        name: 'shop',
        check: () => (isNeeded ? database.query() : database.query().catch(() => 0)),
        every: '10ms',
      },
    ],
    baseline: '50ms',
    holdTime: '50ms',
  });
}

const round = (number: number, isNeeded: boolean) => ({
  number,
  name: isNeeded ? 'needs' : 'without',
  severity: 3 as const,
  hypothesis: '',
  experiment: experiment(isNeeded),
  prepare: {},
});

const start = (
  onEvent: (event: CampaignEvent) => void,
  resultsDirectory: string | null,
  onRoundEnded?: CampaignOptions['onRoundEnded'],
) =>
  Campaign.start({
    onRoundEnded,
    kind: 'repeat',
    name: 'Twice',
    target: 'shop',
    hypothesis: 'it does without',
    seed: 7,
    settings: { times: 2 },
    resultsDirectory,
    stateDirectory: join(folder, 'state'),
    clock: systemClock,
    onEvent,
  });

describe('a campaign', () => {
  test('keeps each round as a run of its own, and its events tell what they showed', async () => {
    const told: CampaignEvent[] = [];
    const results = join(folder, 'results');
    let path: string;
    {
      await using campaign = await start((event) => void told.push(event), results);
      path = campaign.path ?? '';
      const held = await campaign.runRound(round(0, false), never);
      const deviated = await campaign.runRound(round(1, true), never);
      campaign.emit({ type: 'campaign-ended' });
      expect([held.verdict, deviated.verdict]).toEqual(['held', 'deviated']);
      expect(held.scenarios[0]).toMatchObject({ injected: true, harvest: 1, recovered: true });
      // On a busy machine a sample every 10 ms may run out of time.
      const { offered = 0, failed = 0 } = held.scenarios[0] ?? {};
      expect(failed).toBeLessThan(offered / 2);
      expect(deviated.scenarios[0]).toMatchObject({ injected: true, harvest: null });
      expect(deviated.scenarios[0]?.failed).toBe(deviated.scenarios[0]?.offered);
      expect(deviated.seed).not.toBe(held.seed);
      expect(campaign.mishaps).toEqual([]);
      const saved = JSON.parse(
        readFileSync(join(path, deviated.folder ?? '', 'results.json'), 'utf8'),
      ) as Results;
      expect(saved.runId).toBe(deviated.runId);
      expect(existsSync(join(path, held.folder ?? '', 'events.jsonl'))).toBe(true);
    }
    const read: CampaignEvent[] = [];
    for await (const event of readCampaignEvents(join(path, 'campaign.jsonl'))) read.push(event);
    expect(read).toEqual(told);
    expect(read.map(({ type }) => type)).toEqual([
      'campaign-started',
      'round-started',
      'round-ended',
      'round-started',
      'round-ended',
      'campaign-ended',
    ]);
    const facts = newCampaignFacts();
    for (const event of read) stepCampaignFacts(facts, event);
    expect(campaignCommonOf(facts, 'repeat')).toMatchObject({
      name: 'Twice',
      seed: 7,
      verdict: 'deviated',
      roundsRun: 2,
      roundsByVerdict: { held: 1, deviated: 1 },
      stoppedBy: null,
    });
    expect(() => campaignCommonOf(facts, 'gameday')).toThrow('of kind gameday, got repeat');
  });

  test('each round is told when it is over and its folder is written; what that does wrong is no verdict', async () => {
    const order: string[] = [];
    const results = join(folder, 'results');
    await using campaign = await start(
      ({ type }) => void order.push(type),
      results,
      async (path) => {
        order.push(readdirSync(path ?? '').includes('results.json') ? 'written' : 'too early');
        throw new Error('disk full');
      },
    );
    expect((await campaign.runRound(round(0, false), never)).verdict).toBe('held');
    expect(order).toEqual(['campaign-started', 'round-started', 'round-ended', 'written']);
    expect(campaign.mishaps).toEqual([new Error('disk full')]);
  });

  test('what is refused starts nothing, and leaves no round behind', async () => {
    const told: string[] = [];
    await using campaign = await start(({ type }) => void told.push(type), null);
    const unsupported = { ...experiment(true), scenarios: [CHAOS_SCENARIOS.disk_full] };
    await expect(campaign.runRound({ ...round(0, true), experiment: unsupported }, never)).rejects.toThrow(
      'cannot be given this scenario',
    );
    expect(told).toEqual(['campaign-started']);
    expect(campaign.path).toBeNull();
  });

  test('a torn last line and foreign ones cost only themselves', async () => {
    const path = join(folder, 'campaign.jsonl');
    writeFileSync(path, '{"type":"campaign-ended","t":5}\nnonsense\n{"type":"campaign-ended","t"');
    const read: CampaignEvent[] = [];
    const foreign: ForeignLine[] = [];
    for await (const event of readCampaignEvents(path, (line) => void foreign.push(line))) read.push(event);
    expect(read).toEqual([{ type: 'campaign-ended', t: 5 }]);
    expect(foreign).toEqual([{ line: 2, why: 'it is not JSON' }]);
  });
});
