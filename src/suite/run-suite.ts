import { Campaign, type Round } from '../campaign/campaign.js';
import type { CampaignOutcome } from '../campaign/campaign-outcome.js';
import { roundOrder } from '../campaign/round-order.js';
import { judgeSuite } from '../judge/campaign/judge-suite.js';
import type { SuiteResults } from '../model/campaign-results.js';
import { ChaosError } from '../model/chaos-error.js';
import type { Results } from '../model/results.js';
import type { RoundSummary } from '../model/round-summary.js';
import type { Scenario } from '../model/scenario.js';
import type { SuiteRun } from '../model/suite.js';
import { executeRun } from '../orchestrator/execute-run.js';
import { prepareRun } from '../orchestrator/prepare-run.js';
import { stopReasonOf } from '../orchestrator/stop-reason.js';
import { type ShownByCommand, suiteOpener } from './open-suite.js';
import { suiteExperiment, testsProbe } from './suite-experiment.js';
import { whyNotGoOn } from './why-not-go-on.js';
import { refusalForSuite } from './suite-scenarios.js';
import type { SuiteCampaign } from './suite-run.js';

/** Beside the slowest run without chaos: a command that hangs under a fault need not take all of its time. */
const slowdown = 10;
const leastLimitMs = 60_000;

/**
 * Runs a test command without chaos, then under each scenario in turn, and judges all runs together. The order is
 * seeded, and a run without chaos comes with each round of the scenarios: what is flaky is told apart.
 *
 * It ends early when the command does not tell what its tests come to without chaos, when something was left behind, or
 * when it is stopped.
 *
 * @throws ChaosError when a run would be refused (invalid, unsafe, not supported here): nothing was started
 */
export async function runSuiteCampaign(options: SuiteCampaign): Promise<CampaignOutcome<SuiteResults>> {
  const { spec, scenarios, repeats, undisturbed, passRate, campaign: kept, signal } = options;
  refuse(scenarios);
  for (const scenario of [null, ...scenarios]) {
    const { experiment, prepare } = roundFor(options, scenario, options.timeLimitMs);
    await prepareRun(experiment, { ...prepare, seed: kept.seed, clock: kept.clock });
  }
  let judged = judgeSuite.init();
  let shown: ShownByCommand | null = null;
  const openSuite = suiteOpener(spec, (found) => {
    shown = found;
  });
  await using campaign = await Campaign.start({
    ...kept,
    kind: 'suite',
    name: spec.name,
    target: spec.name,
    hypothesis: 'the tests pass',
    settings: {
      command: spec.command,
      cwd: spec.cwd,
      report: options.reportText,
      dependencies: spec.dependencies,
      scenarios: scenarios.map(({ name }) => name),
      isAsked: options.isAsked,
      repeats,
      undisturbed,
      passRate,
    },
    onEvent: (event) => {
      judged = judgeSuite.step(judged, event);
      kept.onEvent?.(event);
    },
    execute: (prepared, how) => executeRun(prepared, { ...how, openTarget: openSuite }),
  });
  const before: RoundSummary[] = [];
  let number = 0;
  for (const scenario of orderOf(options)) {
    if (signal.aborted) break;
    shown = null;
    const limitMs = scenario === null ? options.timeLimitMs : limitUnderChaos(options, before);
    const round: Round = {
      number,
      ...roundFor(options, scenario, limitMs),
      complete: (summary, results) => completed(summary, results, shown),
    };
    const summary: RoundSummary = await campaign.runRound(round, signal);
    if (scenario === null) before.push(summary);
    const stop = whyNotGoOn(summary, scenario === null ? before : null, undisturbed);
    if (stop !== null) {
      campaign.emit({ type: 'campaign-stopped', ...stop });
      break;
    }
    number += 1;
  }
  if (signal.aborted) campaign.emit({ type: 'campaign-stopped', ...stopReasonOf(signal) });
  campaign.emit({ type: 'campaign-ended' });
  const results = judgeSuite.result(judged);
  await campaign.writeResults(results);
  return { results, folder: campaign.path, mishaps: campaign.mishaps };
}

function refuse(scenarios: readonly Scenario[]): void {
  for (const scenario of scenarios) {
    const reason = refusalForSuite(scenario);
    if (reason === null) continue;
    throw new ChaosError(
      'UNSUPPORTED_SCENARIO',
      `a test command cannot be given ${scenario.name}: ${reason}`,
      {
        hint: 'remove it; `chaosx scenarios` lists others',
      },
    );
  }
}

/** null: a run without chaos. */
function orderOf({
  scenarios,
  repeats,
  undisturbed,
  campaign: { seed },
}: SuiteCampaign): readonly (Scenario | null)[] {
  const choices = [null, ...scenarios];
  const first = Array.from({ length: undisturbed }, () => null);
  return [...first, ...roundOrder(choices, choices.length * repeats, seed)];
}

function roundFor(
  { spec, passRate }: SuiteCampaign,
  scenario: Scenario | null,
  timeLimitMs: number,
): Omit<Round, 'number'> {
  return {
    name: scenario?.name ?? 'undisturbed',
    severity: scenario?.severity ?? null,
    hypothesis: 'the tests pass',
    experiment: suiteExperiment(spec, scenario, { passRate, timeLimitMs }),
    prepare: { work: { probe: testsProbe, timeLimitMs } },
  };
}

function limitUnderChaos({ timeLimitMs }: SuiteCampaign, before: readonly RoundSummary[]): number {
  const slowestMs = Math.max(0, ...before.map(({ durationSeconds }) => durationSeconds * 1_000));
  return Math.min(timeLimitMs, Math.max(leastLimitMs, Math.ceil(slowdown * slowestMs)));
}

/** Its tests go with the summary; what a service should do better is no advice for a suite. */
function completed(summary: RoundSummary, results: Results, shown: ShownByCommand | null): RoundSummary {
  const plain = { ...summary, recommendations: [] };
  if (shown === null) return plain;
  return { ...plain, suite: { ...shown, ...exposureOf(results) } };
}

function exposureOf({ scenarios }: Results): Pick<SuiteRun, 'exposure' | 'met'> {
  const evidence = scenarios[0]?.evidence ?? null;
  if (evidence === null) return { exposure: 'none', met: null };
  switch (evidence.exposure.kind) {
    case 'counted':
      return { exposure: 'counted', met: evidence.exposure.n };
    case 'shares-resource':
      return { exposure: 'shared', met: null };
    case 'unknown':
      return { exposure: 'unknown', met: null };
  }
}
