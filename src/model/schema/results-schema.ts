import { z } from 'zod';
import type { Results } from '../results.js';
import { ChaosScenarioType } from '../scenario-type.js';
import { verdictsWorstFirst } from '../verdict.js';
import { comparedThingsSchema } from './compared-things-schema.js';
import { evidenceSchema } from './evidence-schema.js';
import { handlerPlaceFields } from './handler-place-fields.js';
import { matching } from './matching.js';

const verdict = z.enum(verdictsWorstFirst);
const count = z.int().min(0);
const share = z.number().min(0).max(1).nullable();
const number = z.number().nullable();

const responseTimes = z
  .strictObject({
    count,
    p50Ms: z.number(),
    p95Ms: z.number(),
    p99Ms: z.number(),
    maxMs: z.number(),
  })
  .nullable();

const responseTimesByPhase = z.strictObject({
  before: responseTimes,
  during: responseTimes.describe('While the fault was active.'),
  after: responseTimes.describe('From revert to the end of recovery.'),
});

const probeMetrics = z.strictObject({
  probe: z.string(),
  samples: count.describe('While the fault was active.'),
  failed: count,
  passRate: share,
  harvest: share.describe('Mean share of the full answer in the samples that passed.'),
  availabilityBySamples: share,
  availabilityByTime: share,
  longestOutageMs: z.number(),
  responseTimes: responseTimesByPhase,
});

const metrics = z.strictObject({
  availabilityBySamples: share,
  availabilityByTime: share,
  passRate: share,
  longestOutageMs: z.number(),
  recoveryTimeSeconds: number.describe('The longest; null when nothing was injected or it never came back.'),
  responseTimes: responseTimesByPhase,
  scenarios: z.array(
    z.strictObject({ scenario: z.string(), recoveryTimeSeconds: number, probes: z.array(probeMetrics) }),
  ),
});

const scenario = z.strictObject({
  name: z.string(),
  type: z.enum(ChaosScenarioType),
  severity: z.number(),
  triggered: z.boolean(),
  backend: z.enum(['in-process', 'agent', 'proxy', 'process', 'kernel', 'host']),
  verdict: verdict.nullable().describe('null: it did not trigger or was skipped.'),
  reason: z.string(),
  evidence: evidenceSchema.nullable(),
  injectedAtMs: number.describe("Milliseconds since the run's start."),
  revertedAtMs: number,
  recovered: z.boolean().nullable(),
  recoveryTimeSeconds: number,
  decisionsFired: count,
  replayable: z.boolean(),
});

const criterion = z.strictObject({
  name: z.string(),
  scenario: z.string(),
  probe: z.string().nullable().describe('null for a criterion that is not judged per probe.'),
  limit: number.describe('In the unit of the name; durations in seconds.'),
  observed: number,
  held: z.boolean().nullable().describe('null: nothing was observed that could decide it.'),
});

const { ranOutside, ...ofOneScenario } = {
  ...handlerPlaceFields,
  ran: count.nullable().describe('null: it cannot be told, for it is no function that stands in the module.'),
  swallowed: count.describe('Of these, how often it ended, neither throwing nor ever having used the error.'),
  injected: count.describe('Of these, how often by an error that carries the mark of chaosx.'),
  ranOutside: count.describe('How often it ran before, between and after the faults.'),
};

const handlers = z.strictObject({
  totals: z.strictObject({
    found: count,
    ran: count,
    swallowed: count,
    neverRan: count,
    untold: count.describe('Of which it cannot be told whether they ran.'),
  }),
  handlers: z
    .array(z.strictObject({ ...ofOneScenario, ranOutside }))
    .describe(
      'Those that never ran first, then those that swallowed; counted from injections to the end of recoveries.',
    ),
  scenarios: z.array(
    z.strictObject({
      scenario: z.string(),
      ran: count,
      swallowed: count,
      handlers: z.array(z.strictObject(ofOneScenario)),
    }),
  ),
  more: count.describe('Handlers that were left out, because there were too many.'),
  outOfReach: z.array(z.strictObject({ file: z.string(), reason: z.string() })),
  failed: z.string().nullable().describe('Why there is no more to tell; null: all is told.'),
});

/** `results.json` of a run. */
export const resultsSchema = matching<Results>()(
  z.strictObject({
    experiment: z.string(),
    runId: z.string(),
    seed: z.number(),
    startedAt: z.string().describe('ISO 8601.'),
    durationSeconds: z.number(),
    target: z.string(),
    hypothesis: z.string(),
    status: z
      .enum(['refused', 'baseline', 'injecting', 'recovering', 'completed', 'stopped', 'crashed'])
      .describe('How far the run got.'),
    verdict: verdict.describe('What it showed.'),
    reason: z.string().describe('One sentence: what decided the verdict.'),
    experimentSuccessful: z.boolean().describe('True when the verdict is `held`.'),
    stoppedBy: z
      .string()
      .nullable()
      .describe('The abort condition, signal or error that stopped it; null when it ran to its end.'),
    lastOutput: z.array(z.string()).describe("The target's last lines, when it failed."),
    scenarios: z.array(scenario),
    metrics: metrics.describe('The worst over scenarios and probes. Shares are 0–1.'),
    criteria: z.array(criterion),
    recommendations: z.array(z.string()),
    recommendationDetails: z.array(
      z.strictObject({ scenario: z.string(), evidence: z.string(), action: z.string() }),
    ),
    handlers: handlers
      .describe('Which handlers of errors ran: of experiments that observe them.')
      .exactOptional(),
    cleanExit: z
      .strictObject({
        clean: z.boolean(),
        checked: z.array(z.string()).describe('What was looked at.'),
        leftovers: z
          .array(z.string())
          .describe('What is there that was not before, a sentence each; never what others did meanwhile.'),
        compared: comparedThingsSchema.exactOptional(),
      })
      .nullable()
      .describe('null: the run died before the check.'),
    environment: z.strictObject({ chaosx: z.string(), node: z.string(), platform: z.string() }),
  }),
);
