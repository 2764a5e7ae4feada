import type { Evidence } from '../model/evidence.js';
import type { CriterionResult, ScenarioMetrics } from '../model/results.js';
import type { Verdict } from '../model/verdict.js';
import { nearestToLimit } from './criteria.js';
import { criterionSentence } from './criterion-sentence.js';
import { formatNumber } from './quantity.js';
import type { RunFacts } from './run-facts.js';
import { evidenceOf, type ScenarioFacts } from './scenario-facts.js';

/** A verdict and the sentence that says what decided it, without a full stop. */
export interface Judgement {
  readonly verdict: Verdict;
  readonly reason: string;
}

/** All that one scenario is judged by. */
export interface ScenarioCase {
  readonly run: RunFacts;
  readonly scenario: ScenarioFacts;
  /** null when it was not injected. */
  readonly metrics: ScenarioMetrics | null;
  /** Those of this scenario. */
  readonly criteria: readonly CriterionResult[];
}

/** Says why the verdict is this one, or null when it is not. */
type Rule = (scenarioCase: ScenarioCase) => string | null;

/** Worst first: the first rule that answers decides. `not-steady` is a verdict on the run: nothing was injected. */
const rules: readonly (readonly [Verdict, Rule])[] = [
  ['leaked', leaked],
  ['interrupted', interrupted],
  ['not-recovered', notRecovered],
  ['deviated', deviated],
  ['not-injected', notInjected],
  ['inconclusive', inconclusive],
];

/** The verdict on one scenario and why; null when it was skipped, did not trigger, or was never reached. */
export function judgeScenario(scenarioCase: ScenarioCase): Judgement | null {
  const { skipped, prepared, failed, window } = scenarioCase.scenario;
  if (skipped !== null || (!prepared && failed === null && window.injectedAt === null)) return null;
  for (const [verdict, rule] of rules) {
    const reason = rule(scenarioCase);
    if (reason !== null) return { verdict, reason };
  }
  return { verdict: 'held', reason: heldReason(scenarioCase) };
}

function leaked({ run, scenario }: ScenarioCase): string | null {
  const { reverted, aftermath } = scenario;
  if (reverted?.ok === false)
    return `the fault could not be undone: ${reverted.message ?? 'no reason given'}`;
  if (aftermath?.back === 'no') {
    const evidence = evidenceOf(scenario);
    return `the fault was reverted, and its effect is still there${evidence === null ? '' : `: ${measured(evidence)}`}`;
  }
  // What is left does not say whose it is: every scenario that touched something answers for it.
  if (run.cleanExit?.clean === false) return `left behind: ${run.cleanExit.leftovers.join('; ')}`;
  return null;
}

function interrupted({ run, scenario }: ScenarioCase): string | null {
  const { stopped } = run;
  if (stopped === null || !scenario.stopped || (stopped.by !== 'signal' && stopped.by !== 'caller'))
    return null;
  return `stopped by the ${stopped.by} while this scenario was under way: ${stopped.detail}`;
}

function notRecovered({ run, scenario }: ScenarioCase): string | null {
  const { recovery, targetFailed, window } = scenario;
  // A target that went down under the fault and was not seen to come back is an outcome, not a lack of steadiness.
  if (targetFailed !== null && recovery?.recovered !== true) {
    const when = targetFailed.t < (window.revertedAt ?? Number.POSITIVE_INFINITY) ? 'during' : 'after';
    return `the target failed ${when} the fault: ${targetFailed.reason}`;
  }
  if (recovery?.recovered !== false) return null;
  const waitedMs = recovery.t - (window.revertedAt ?? run.t);
  return `the steady state did not come back within ${formatNumber(waitedMs / 1_000, 1)} s after the fault was gone`;
}

/** Only a confirmed fault can be what the system deviated under, and not what an error of ours did to it meanwhile. */
function deviated({ run, scenario, criteria, metrics }: ScenarioCase): string | null {
  if (run.stopped?.by === 'error' && scenario.stopped) return null;
  const { targetFailed, abort, lastCheck } = scenario;
  const unconfirmed = notInjectedReason(scenario) !== null || activity(scenario) === 'unknown';
  if (metrics === null || unconfirmed) return null;
  if (abort !== null) return `the abort condition ${abort.condition} stopped the run: ${abort.observed}`;
  const broken = criteria.filter(({ held }) => held === false);
  const worst = nearestToLimit(broken);
  if (worst !== null) {
    const others =
      broken.length === 1 ? '' : ` (${broken.length} of ${criteria.length} criteria did not hold)`;
    const checked = lastCheck === null ? ' (the fault was confirmed only at its start)' : '';
    return `${criterionSentence(worst)}${others}${checked}`;
  }
  if (targetFailed !== null) return `the target failed and came back: ${targetFailed.reason}`;
  return null;
}

function notInjected({ scenario }: ScenarioCase): string | null {
  return notInjectedReason(scenario);
}

function notInjectedReason(scenario: ScenarioFacts): string | null {
  const { failed, firstCheck, lastCheck } = scenario;
  // One look that failed between two that confirmed the fault takes nothing away.
  const unseen = failed?.stage === 'check' && (firstCheck === null || lastCheck === null);
  if (failed !== null && (failed.stage !== 'check' || unseen)) {
    const what = failed.stage === 'check' ? 'confirmed' : 'made';
    return `the fault could not be ${what}: ${failed.message}`;
  }
  const no = [firstCheck, lastCheck].find((evidence) => evidence?.active === 'no');
  if (no) return `the fault was not active: ${measured(no)}`;
  // The first look comes before the target can have met anything.
  const exposure = lastCheck?.exposure;
  if (exposure?.kind === 'counted' && exposure.n === 0) {
    return `the target never met the fault: 0 ${exposure.what}`;
  }
  return null;
}

/** From the first and the last look. A last look that is missing is no doubt about the first, but never enough to hold. */
function activity({ firstCheck, lastCheck }: ScenarioFacts): Evidence['active'] {
  const seen = [firstCheck, lastCheck].map((evidence) => evidence?.active);
  if (seen.includes('no')) return 'no';
  return seen.includes('unknown') || firstCheck === null ? 'unknown' : 'yes';
}

function inconclusive({ run, scenario, metrics, criteria }: ScenarioCase): string | null {
  const { window, firstCheck, lastCheck, recovery } = scenario;
  if (run.endStatus === null || run.endStatus === 'crashed') return crashedReason(scenario);
  if (run.stopped?.by === 'error' && scenario.stopped) return `stopped by an error: ${run.stopped.detail}`;
  if (window.injectedAt === null) return 'the fault was planned and never made';
  const doubtful = [firstCheck, lastCheck].find((evidence) => evidence?.active === 'unknown');
  if (doubtful) return `it is not known whether the fault was active: ${measured(doubtful)}`;
  if (firstCheck === null || lastCheck === null) {
    return `nothing looked at the fault ${firstCheck === null ? 'when it was injected' : 'before it was reverted'}`;
  }
  const samples = metrics?.probes.reduce((sum, probe) => sum + probe.samples, 0) ?? 0;
  if (samples === 0)
    return 'no probe was answered while the fault was active; a longer duration would decide it';
  const open = criteria.find(({ held }) => held === null);
  if (open !== undefined) {
    const error = run.criteriaAnswer?.error;
    const why = open.name === 'function' && error !== undefined ? `: it threw ${error}` : '';
    return `${criterionSentence(open)}${why}`;
  }
  // A piece of work, as a test command is, ends with its fault: nothing is there that could recover.
  if (recovery === null && (run.started?.maxRecoveryWaitMs ?? 1) > 0)
    return 'recovery was not watched to its end';
  if (run.cleanExit === null) return 'whether all was put back was not checked';
  return null;
}

function crashedReason({ window, prepared }: ScenarioFacts): string {
  if (window.revertedAt === null && (prepared || window.injectedAt !== null)) {
    return 'the run died before the fault was reverted: whether it was undone is not known; see `chaosx recover`';
  }
  return 'the run died before it ended';
}

function measured({ measured: { quantity, unit, baseline, during, expected, after } }: Evidence): string {
  const value = (x: number | null) => (x === null ? 'nothing measured' : `${formatNumber(x, 1)} ${unit}`);
  const then = after === undefined ? '' : `, ${value(after)} after`;
  return `${quantity} ${value(baseline)} before, ${value(during)} during${then}, expected ${expected}`;
}

function heldReason({ criteria }: ScenarioCase): string {
  const closest = nearestToLimit(criteria);
  if (closest === null) return 'the system recovered';
  if (criteria.length === 1) return criterionSentence(closest);
  return `all ${criteria.length} criteria held; closest to its limit: ${criterionSentence(closest)}`;
}
