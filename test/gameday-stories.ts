import type { CampaignEvent } from '../src/model/campaign-events.js';
import { campaignFormatVersion } from '../src/model/campaign-events.js';
import type { AgendaPoint, StopOn } from '../src/model/gameday.js';
import type { RoundSummary } from '../src/model/round-summary.js';
import type { Verdict } from '../src/model/verdict.js';

/** How one round of a made-up day goes; what is left out goes well. */
export interface RoundStory {
  readonly name?: string;
  readonly verdict?: Verdict;
  readonly recoverySeconds?: number | null;
  readonly p95BeforeMs?: number | null;
}

/** A round as its campaign keeps it. */
export function roundSummary({
  name = 'high_latency',
  verdict = 'held',
  recoverySeconds = 0.2,
  p95BeforeMs = 20,
}: RoundStory = {}): RoundSummary {
  const reason = `because it ${verdict}`;
  return {
    runId: 'run-1',
    experiment: 'Shop',
    folder: null,
    seed: 1,
    startedAt: '2026-01-01T00:00:00.000Z',
    durationSeconds: 5,
    verdict,
    reason,
    stoppedBy: null,
    scenarios: [
      {
        name,
        type: 'NETWORK_LATENCY',
        severity: 3,
        triggered: true,
        verdict,
        reason,
        injected: verdict !== 'not-injected',
        recovered: recoverySeconds !== null,
        recoveryTimeSeconds: recoverySeconds,
        offered: 10,
        failed: 0,
        harvest: 1,
        availabilityByTime: 1,
        availabilityBySamples: 1,
        longestOutageMs: 0,
        p95BeforeMs,
        p95DuringMs: 40,
        probes: [],
      },
    ],
    criteria: [],
    samples: { offered: 0, failed: 0 },
    recommendations: ['Add a timeout'],
  };
}

export function dayStarted(agenda: readonly AgendaPoint[], stopOn: StopOn = 'not-recovered'): CampaignEvent {
  return {
    type: 'campaign-started',
    t: 0,
    formatVersion: campaignFormatVersion,
    kind: 'gameday',
    campaignId: 'gameday-1',
    name: 'Gameday of shop',
    target: 'shop',
    hypothesis: 'The shop answers',
    seed: 7,
    startedAt: '2026-01-01T00:00:00.000Z',
    settings: { agenda, stopOn },
    environment: { chaosx: '0.0.0', node: 'v20', platform: 'linux x64' },
  };
}

/** A day with one round of each kind: held with a note, possible nowhere, deviated, left out, and not reached. */
export function eventfulDay(): readonly CampaignEvent[] {
  const point = (scenario: string, severity: AgendaPoint['severity']) => ({
    scenario,
    severity,
    hypothesis: `The shop answers, even with ${scenario}`,
  });
  const agenda = [
    point('slow_method', 2),
    point('deadlock', 3),
    point('high_latency', 3),
    point('packet_loss', 4),
    point('network_partition', 5),
  ];
  const started = (round: number, t: number): CampaignEvent => ({
    type: 'round-started',
    t,
    round,
    name: agenda[round]?.scenario ?? '',
    severity: agenda[round]?.severity ?? null,
    hypothesis: agenda[round]?.hypothesis ?? '',
  });
  return [
    dayStarted(agenda),
    {
      type: 'round-skipped',
      t: 0,
      round: 1,
      name: 'deadlock',
      why: 'not possible here: no backend makes it',
    },
    { type: 'note-taken', t: 1_000, round: null, text: 'everybody is here' },
    { type: 'go-decided', t: 2_000, round: 0, go: true, by: 'person', why: 'said go' },
    started(0, 2_000),
    { type: 'note-taken', t: 65_000, round: 0, text: 'the queue grows' },
    { type: 'round-ended', t: 70_000, round: 0, summary: roundSummary({ name: 'slow_method' }) },
    { type: 'go-decided', t: 71_000, round: 2, go: true, by: 'automatic', why: 'recovered and clean' },
    started(2, 71_000),
    {
      type: 'round-ended',
      t: 90_000,
      round: 2,
      summary: roundSummary({ verdict: 'deviated', recoverySeconds: 4, p95BeforeMs: 90 }),
    },
    { type: 'go-decided', t: 91_000, round: 3, go: false, by: 'person', why: 'at lunch' },
    { type: 'round-skipped', t: 91_000, round: 3, name: 'packet_loss', why: 'no-go: at lunch' },
    { type: 'go-decided', t: 92_000, round: 4, go: false, by: 'person', why: 'enough' },
    { type: 'campaign-stopped', t: 92_000, by: 'person', detail: 'enough' },
    { type: 'round-skipped', t: 92_000, round: 4, name: 'network_partition', why: 'not reached' },
    { type: 'campaign-ended', t: 92_500 },
  ];
}
