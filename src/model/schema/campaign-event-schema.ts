import { z } from 'zod';
import { type CampaignEvent, campaignFormatVersion, campaignKinds } from '../campaign-events.js';
import type { RoundSummary } from '../round-summary.js';
import { ChaosScenarioType } from '../scenario-type.js';
import { type SuiteRun, suiteProblemKinds } from '../suite.js';
import { verdictsWorstFirst } from '../verdict.js';
import { matching } from './matching.js';

const index = z.int().min(0);
const at = { t: z.number() };
const ofRound = { ...at, round: index };
const severity = z.literal([1, 2, 3, 4, 5]);
const share = z.number().nullable();

const roundProbeSchema = z.strictObject({
  probe: z.string(),
  offered: index,
  failed: index,
  harvest: share,
  availabilityByTime: share,
  availabilityBySamples: share,
  triangle: z
    .strictObject({ loss: z.number(), robustness: z.number(), rapidityPerSecond: z.number().nullable() })
    .nullable(),
  withinRun: z
    .strictObject({ lower: z.number(), upper: z.number(), level: z.number(), method: z.string() })
    .nullable(),
});

const suiteRunSchema = matching<SuiteRun>()(
  z.strictObject({
    report: z.enum(['junit', 'tap', 'exit-code']),
    exitCode: z.number().nullable(),
    problem: z.strictObject({ kind: z.enum(suiteProblemKinds), detail: z.string() }).nullable(),
    tests: z.array(
      z.strictObject({
        id: z.string(),
        outcome: z.enum(['passed', 'failed', 'skipped']),
        durationMs: z.number().nullable(),
        message: z.string().nullable(),
        blame: z.enum(['project', 'harness', 'time-limit']).nullable(),
      }),
    ),
    exposure: z.enum(['counted', 'shared', 'unknown', 'none']),
    met: z.number().nullable(),
    leftProcesses: index,
  }),
);

/** A round as a campaign sums it up. */
export const roundSummarySchema = matching<RoundSummary>()(
  z.strictObject({
    runId: z.string(),
    experiment: z.string(),
    folder: z.string().nullable(),
    seed: z.number(),
    startedAt: z.string(),
    durationSeconds: z.number(),
    verdict: z.enum(verdictsWorstFirst),
    reason: z.string(),
    stoppedBy: z.string().nullable(),
    scenarios: z.array(
      z.strictObject({
        name: z.string(),
        type: z.enum(ChaosScenarioType),
        severity: z.number(),
        triggered: z.boolean(),
        verdict: z.enum(verdictsWorstFirst).nullable(),
        reason: z.string(),
        injected: z.boolean(),
        recovered: z.boolean().nullable(),
        recoveryTimeSeconds: z.number().nullable(),
        offered: index,
        failed: index,
        harvest: share,
        availabilityByTime: share,
        availabilityBySamples: share,
        longestOutageMs: z.number(),
        p95BeforeMs: z.number().nullable(),
        p95DuringMs: z.number().nullable(),
        probes: z.array(roundProbeSchema),
      }),
    ),
    criteria: z.array(
      z.strictObject({
        name: z.string(),
        scenario: z.string(),
        probe: z.string().nullable(),
        limit: z.number().nullable(),
        limitIs: z.enum(['most', 'least']),
        observed: z.number().nullable(),
        held: z.boolean().nullable(),
      }),
    ),
    samples: z.strictObject({ offered: index, failed: index }),
    recommendations: z.array(z.string()),
    suite: suiteRunSchema.exactOptional(),
  }),
);

/** One line of `campaign.jsonl`. */
export const campaignEventSchema = matching<CampaignEvent>()(
  z.discriminatedUnion(
    'type',
    [
      z.strictObject({
        type: z.literal('campaign-started'),
        ...at,
        formatVersion: z.literal(campaignFormatVersion),
        kind: z.enum(campaignKinds),
        campaignId: z.string(),
        name: z.string(),
        target: z.string(),
        hypothesis: z.string(),
        seed: z.number(),
        startedAt: z.string(),
        settings: z.record(z.string(), z.unknown()),
        environment: z.strictObject({ chaosx: z.string(), node: z.string(), platform: z.string() }),
      }),
      z.strictObject({
        type: z.literal('round-started'),
        ...ofRound,
        name: z.string(),
        severity: severity.nullable(),
        hypothesis: z.string(),
      }),
      z.strictObject({ type: z.literal('round-ended'), ...ofRound, summary: roundSummarySchema }),
      z.strictObject({ type: z.literal('round-skipped'), ...ofRound, name: z.string(), why: z.string() }),
      z.strictObject({ type: z.literal('note-taken'), ...at, round: index.nullable(), text: z.string() }),
      z.strictObject({
        type: z.literal('go-decided'),
        ...ofRound,
        go: z.boolean(),
        by: z.enum(['person', 'rule', 'automatic']),
        why: z.string(),
      }),
      z.strictObject({
        type: z.literal('campaign-stopped'),
        ...at,
        by: z.enum([
          'signal',
          'caller',
          'person',
          'error-budget',
          'not-recovered',
          'leaked',
          'stop-rule',
          'build',
          'storage',
          'error',
        ]),
        detail: z.string(),
      }),
      z.strictObject({ type: z.literal('campaign-resumed'), ...at, resumedAt: z.string() }),
      z.strictObject({ type: z.literal('campaign-ended'), ...at }),
    ],
    { error: 'an event of this version' },
  ),
);
