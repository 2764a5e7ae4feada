import { z } from 'zod';
import { type CampaignResults, testStandings } from '../campaign-results.js';
import { comparedNames } from '../comparison.js';
import { dayQuantityNames } from '../earlier-day.js';
import { resilienceMetricNames } from '../metric-detail.js';
import { suiteProblemKinds } from '../suite.js';
import { verdictsWorstFirst } from '../verdict.js';
import { roundSummarySchema } from './campaign-event-schema.js';
import { matching } from './matching.js';

const verdict = z.enum(verdictsWorstFirst);
const count = z.int().min(0);
const number = z.number().nullable();
const decided = z.enum(['held', 'deviated', 'inconclusive']);

const interval = z
  .strictObject({ lower: z.number(), upper: z.number(), level: z.number(), method: z.string() })
  .nullable();

const common = {
  name: z.string(),
  campaignId: z.string(),
  target: z.string(),
  hypothesis: z.string(),
  seed: z.number(),
  startedAt: z.string().describe('ISO 8601.'),
  durationSeconds: z.number(),
  verdict: verdict.describe('What the rounds showed together.'),
  reason: z.string().describe('One sentence: what decided the verdict.'),
  stoppedBy: z
    .strictObject({
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
    })
    .nullable()
    .describe('What ended it before its end; null when it ran to its end.'),
  roundsRun: count,
  roundsByVerdict: z.partialRecord(verdict, z.number()),
  skipped: z.array(z.strictObject({ name: z.string(), why: z.string() })),
  recommendations: z.array(z.strictObject({ text: z.string(), rounds: count })),
  environment: z.strictObject({ chaosx: z.string(), node: z.string(), platform: z.string() }),
};

const unit = z.enum(['s', '%']);

const metric = z.strictObject({
  name: z.enum(resilienceMetricNames),
  unit,
  value: number,
  median: number,
  n: count,
  censored: count.describe('Runs that never recovered while we waited.'),
  interval: interval.describe('Over runs: it decides.'),
  withinRun: interval.describe('A block bootstrap inside one run: shown, never decides.'),
  target: z.number(),
  targetIs: z.enum(['most', 'least']),
  verdict: decided,
  runsToDecide: number,
  beside: z.array(z.strictObject({ name: z.string(), unit, value: z.number(), interval })),
  byFault: z.array(z.strictObject({ fault: z.string(), n: count, tolerated: count, interval })),
});

const tester = z.strictObject({
  kind: z.literal('tester'),
  ...common,
  metrics: z.array(metric),
  byScenario: z.array(
    z.strictObject({ scenario: z.string(), runs: count, notInjected: count, metrics: z.array(metric) }),
  ),
  rounds: z.array(roundSummarySchema),
});

const criterion = z.strictObject({
  name: z.string(),
  scenario: z.string(),
  probe: z.string().nullable(),
  limit: z.number(),
  limitIs: z.enum(['most', 'least']),
  observed: z.array(number).describe('Run by run; of a function, 1 for true and 0 for false.'),
  mean: number,
  n: count,
  interval: interval.describe('Of the mean, over runs.'),
  verdict: decided,
  runsToDecide: number,
});

const repeat = z.strictObject({
  kind: z.literal('repeat'),
  ...common,
  times: z.number().describe('Runs that were asked for.'),
  counted: count.describe('Runs that were injected, and that no error of ours cut short.'),
  notInjected: count,
  heldShare: z.strictObject({ value: number, interval }),
  criteria: z.array(criterion),
  rounds: z.array(roundSummarySchema),
});

const continuous = z.strictObject({
  kind: z.literal('continuous'),
  ...common,
  resumed: count.describe('How often it went on after a restart.'),
  leftOut: z.array(z.strictObject({ name: z.string(), why: z.string() })),
  trend: z.array(
    z.strictObject({
      fromMs: z.number(),
      toMs: z.number(),
      rounds: count,
      held: count,
      meanRecoverySeconds: number,
      meanAvailability: number,
      meanP95DuringMs: number,
    }),
  ),
  byScenario: z.array(
    z.strictObject({
      scenario: z.string(),
      severity: z.number(),
      rounds: count,
      held: count,
      deviated: count,
      medianRecoverySeconds: number,
      meanAvailability: number,
      worst: roundSummarySchema.nullable(),
    }),
  ),
  errorBudget: z.strictObject({ allowed: z.number(), spent: z.number() }).nullable(),
  latest: z.array(roundSummarySchema),
});

const note = z.strictObject({ t: z.number(), text: z.string() });

const gameday = z.strictObject({
  kind: z.literal('gameday'),
  ...common,
  agenda: z.array(
    z.strictObject({
      round: count,
      scenario: z.string(),
      severity: z.number(),
      hypothesis: z.string(),
      decision: z
        .strictObject({ go: z.boolean(), by: z.enum(['person', 'rule', 'automatic']), why: z.string() })
        .nullable(),
      summary: roundSummarySchema.nullable(),
      skippedWhy: z.string().nullable(),
      surprises: z.array(z.string()),
      notes: z.array(note),
    }),
  ),
  notes: z.array(note),
  asExpected: count,
});

const daily = z.strictObject({
  kind: z.literal('daily'),
  ...common,
  day: z.string().describe('YYYY-MM-DD.'),
  timeZone: z.string(),
  since: z.string().nullable().describe('Only days from this one on are compared; null: all.'),
  comparisons: z.array(
    z.strictObject({
      experiment: z.string(),
      file: z.string(),
      fingerprint: z.string().describe('Of the experiment: only days with the same one are compared.'),
      today: roundSummarySchema,
      earlierDays: count,
      otherVersions: count,
      earlierVerdict: verdict.nullable(),
      verdictRegressed: z.boolean(),
      quantities: z.array(
        z.strictObject({
          name: z.enum(dayQuantityNames),
          today: number,
          days: count,
          expected: interval,
          earlierMedian: number,
          regressed: z.boolean(),
        }),
      ),
      regressed: z.boolean(),
      why: z.array(z.string()),
    }),
  ),
  regressed: z.boolean(),
  notToday: z.array(z.string()),
  notes: z.array(z.string()),
});

const tally = {
  runs: count,
  failed: count,
  interval: interval.describe('Of the share that failed, 0 to 1.'),
};

const suite = z.strictObject({
  kind: z.literal('suite'),
  ...common,
  command: z.string(),
  report: z.enum(['junit', 'tap', 'exit-code']).nullable(),
  outcome: z
    .enum(['ran', 'red', ...suiteProblemKinds])
    .describe('red: a test fails without chaos in each run. Others but ran: why nothing could be told.'),
  undisturbedRuns: count,
  tests: z.array(
    z.strictObject({
      id: z.string(),
      standing: z.enum(testStandings),
      undisturbed: z.strictObject(tally),
      under: z.array(
        z.strictObject({
          scenario: z.string(),
          ...tally,
          harness: count.describe('Failures of its runner, which are not in failed.'),
          certainty: z.enum(['clear', 'unsure']),
          message: z.string(),
          folder: z.string().nullable(),
        }),
      ),
    }),
  ),
  byScenario: z.array(
    z.strictObject({
      scenario: z.string(),
      runs: count,
      counted: count.describe('Runs whose fault was confirmed and met, and in which the harness worked.'),
      notInjected: count,
      harness: z.partialRecord(z.enum(suiteProblemKinds), z.number()),
      exposure: z.enum(['counted', 'shared', 'unknown', 'none']),
      met: number,
      noticedBy: z.array(z.string()),
      unnoticed: z.boolean().describe('It was met, and no test failed.'),
      passRate: criterion.nullable(),
      verdict,
      reason: z.string(),
    }),
  ),
  rounds: z.array(roundSummarySchema),
});

const side = z.strictObject({
  label: z.string(),
  commit: z.string().nullable(),
  rounds: z.array(roundSummarySchema),
});
const comparedRuns = z.strictObject({ runs: count, injected: count, held: count, neverRecovered: count });
const compared = z.enum(['not-worse', 'worse', 'undecided']);

const compare = z.strictObject({
  kind: z.literal('compare'),
  ...common,
  base: side,
  head: side,
  margins: z.record(
    z.enum(comparedNames),
    z.strictObject({
      share: z.number().describe('Of what the base has.'),
      floor: z.number().describe('In the unit of the number; the larger of both counts.'),
    }),
  ),
  scenarios: z.array(
    z.strictObject({
      experiment: z.string(),
      scenario: z.string(),
      base: comparedRuns,
      head: comparedRuns,
      heldDifference: interval.describe('Share of runs that held, head less base.'),
      heldFewer: z.boolean(),
      quantities: z.array(
        z.strictObject({
          name: z.enum(comparedNames),
          base: z.array(z.number()).describe('Run by run.'),
          head: z.array(z.number()).describe('Run by run.'),
          baseTypical: number,
          headTypical: number,
          difference: number.describe('Head less base.'),
          interval: interval.describe('Of the difference, over runs.'),
          margin: z.number(),
          badSide: z.enum(['above', 'below']),
          state: compared,
          runsToDecide: number.describe('Further runs on each side.'),
        }),
      ),
      state: compared,
    }),
  ),
  unmatched: z.array(z.strictObject({ scenario: z.string(), side: z.enum(['base', 'head']) })),
  notes: z.array(z.string()),
});

/** `results.json` of a campaign, of any kind. */
export const campaignResultsSchema = matching<CampaignResults>()(
  z.discriminatedUnion('kind', [tester, repeat, continuous, gameday, daily, suite, compare]),
);
