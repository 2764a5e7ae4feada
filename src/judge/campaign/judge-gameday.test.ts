import { expect, test } from 'vitest';
import { dayStarted, eventfulDay, roundSummary } from '../../../test/gameday-stories.js';
import type { CampaignEvent } from '../../model/campaign-events.js';
import { foldAll } from '../../model/fold.js';
import type { Verdict } from '../../model/verdict.js';
import { judgeGameday } from './judge-gameday.js';

const judged = (events: readonly CampaignEvent[]) => foldAll(judgeGameday, events);

test('a day with one round of each kind', () => {
  const { agenda, ...day } = judged(eventfulDay());
  expect(day).toMatchInlineSnapshot(`
    {
      "asExpected": 1,
      "campaignId": "gameday-1",
      "durationSeconds": 92.5,
      "environment": {
        "chaosx": "0.0.0",
        "node": "v20",
        "platform": "linux x64",
      },
      "hypothesis": "The shop answers",
      "kind": "gameday",
      "name": "Gameday of shop",
      "notes": [
        {
          "t": 1000,
          "text": "everybody is here",
        },
      ],
      "reason": "high_latency: because it deviated; 3 of 5 not run",
      "recommendations": [
        {
          "rounds": 2,
          "text": "Add a timeout",
        },
      ],
      "roundsByVerdict": {
        "deviated": 1,
        "held": 1,
      },
      "roundsRun": 2,
      "seed": 7,
      "skipped": [
        {
          "name": "deadlock",
          "why": "not possible here: no backend makes it",
        },
        {
          "name": "packet_loss",
          "why": "no-go: at lunch",
        },
        {
          "name": "network_partition",
          "why": "not reached",
        },
      ],
      "startedAt": "2026-01-01T00:00:00.000Z",
      "stoppedBy": {
        "by": "person",
        "detail": "enough",
      },
      "target": "shop",
      "verdict": "deviated",
    }
  `);
  expect(
    agenda.map(({ summary, ...item }) => ({ ...item, verdict: summary?.verdict ?? null })),
  ).toMatchInlineSnapshot(`
    [
      {
        "decision": {
          "by": "person",
          "go": true,
          "why": "said go",
        },
        "hypothesis": "The shop answers, even with slow_method",
        "notes": [
          {
            "t": 65000,
            "text": "the queue grows",
          },
        ],
        "round": 0,
        "scenario": "slow_method",
        "severity": 2,
        "skippedWhy": null,
        "surprises": [],
        "verdict": "held",
      },
      {
        "decision": null,
        "hypothesis": "The shop answers, even with deadlock",
        "notes": [],
        "round": 1,
        "scenario": "deadlock",
        "severity": 3,
        "skippedWhy": "not possible here: no backend makes it",
        "surprises": [],
        "verdict": null,
      },
      {
        "decision": {
          "by": "automatic",
          "go": true,
          "why": "recovered and clean",
        },
        "hypothesis": "The shop answers, even with high_latency",
        "notes": [],
        "round": 2,
        "scenario": "high_latency",
        "severity": 3,
        "skippedWhy": null,
        "surprises": [
          "went against the hypothesis: because it deviated",
          "had not come back fully: p95 before this fault 90 ms, at the start of the day 20 ms",
        ],
        "verdict": "deviated",
      },
      {
        "decision": {
          "by": "person",
          "go": false,
          "why": "at lunch",
        },
        "hypothesis": "The shop answers, even with packet_loss",
        "notes": [],
        "round": 3,
        "scenario": "packet_loss",
        "severity": 4,
        "skippedWhy": "no-go: at lunch",
        "surprises": [],
        "verdict": null,
      },
      {
        "decision": {
          "by": "person",
          "go": false,
          "why": "enough",
        },
        "hypothesis": "The shop answers, even with network_partition",
        "notes": [],
        "round": 4,
        "scenario": "network_partition",
        "severity": 5,
        "skippedWhy": "not reached",
        "surprises": [],
        "verdict": null,
      },
    ]
  `);
});

test('a day that was cut off keeps what there was: nothing is made up for the rest', () => {
  const { agenda, verdict, stoppedBy } = judged(eventfulDay().slice(0, 8));
  expect({ verdict, stoppedBy }).toEqual({ verdict: 'held', stoppedBy: null });
  expect(agenda.at(-1)).toMatchObject({ decision: null, summary: null, skippedWhy: null, surprises: [] });
});

const points = (['a', 'b', 'c'] as const).map((scenario) => ({
  scenario,
  severity: 3 as const,
  hypothesis: '',
}));
const day = (verdicts: readonly Verdict[], more: readonly CampaignEvent[] = []) =>
  judged([
    dayStarted(points.slice(0, Math.max(1, verdicts.length))),
    ...verdicts.map(
      (verdict, round): CampaignEvent => ({
        type: 'round-ended',
        t: round,
        round,
        summary: roundSummary({ name: points[round]?.scenario ?? '', verdict }),
      }),
    ),
    ...more,
  ]);

test.each<[readonly Verdict[], Verdict, string]>([
  [['held', 'held', 'held'], 'held', '3 of 3 on the agenda held'],
  [['held', 'deviated', 'held'], 'deviated', 'b: because it deviated'],
  [['deviated', 'not-recovered'], 'not-recovered', 'b: because it not-recovered'],
  [['held', 'inconclusive'], 'inconclusive', 'b: because it inconclusive'],
  [[], 'inconclusive', 'no round was run'],
])('%j: the worst round decides', (verdicts, verdict, reason) => {
  expect(day(verdicts)).toMatchObject({ verdict, reason });
});

test('a day that a person interrupts is interrupted, unless something was left behind', () => {
  const stop: CampaignEvent = { type: 'campaign-stopped', t: 9, by: 'signal', detail: 'SIGINT' };
  expect(day(['held', 'interrupted'], [stop]).verdict).toBe('interrupted');
  expect(day(['leaked'], [stop])).toMatchObject({ verdict: 'leaked', reason: 'a: because it leaked' });
});

test('the events of another kind of campaign are refused', () => {
  const [started] = eventfulDay();
  if (started?.type !== 'campaign-started') throw new Error('expected campaign-started');
  expect(() => judged([{ ...started, kind: 'tester' }])).toThrow('of kind gameday, got tester');
  expect(() => judged([{ ...started, settings: {} }])).toThrow('expected agenda and stopOn');
});
