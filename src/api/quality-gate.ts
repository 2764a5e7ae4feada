import { join } from 'node:path';
import { supportedScenarios } from '../campaign/supported-scenarios.js';
import { allFaults } from '../faults/all-faults.js';
import { gateCoverage } from '../judge/gate/gate-coverage.js';
import { gateScore, gateSummary, type Tolerance } from '../judge/gate/gate-score.js';
import { ChaosError } from '../model/chaos-error.js';
import type { TargetSystem } from '../model/experiment.js';
import type { GateCoverage, GateResult, GateScenario } from '../model/gate-result.js';
import type { MetricDetail } from '../model/metric-detail.js';
import type { Scenario } from '../model/scenario.js';
import { resolveTarget } from '../orchestrator/resolve-target.js';
import { CHAOS_SCENARIOS } from '../scenarios/chaos-scenarios.js';
import { scenariosNamed } from '../scenarios/scenarios-named.js';
import type { ResilienceMetrics } from './resilience-metrics.js';
import type { ResilienceTesterOptions, Subject, TestResilienceOptions } from './resilience-options.js';
import { ResilienceTester } from './resilience-tester.js';

/** What is to be let through, and what it is to withstand; the rest is as `testResilience` has it. */
export type QualityGateOptions<System, Answer> = Subject<System, Answer> &
  Omit<TestResilienceOptions<Answer>, 'targetSystem' | 'scenarios'> &
  ResilienceTesterOptions & {
    /** What is broken. */
    readonly target: TargetSystem;
    /** Ids of the catalogue, or scenarios. Default: all that the target supports. */
    readonly scenarios?: readonly (string | Scenario)[];
    /** The least share of the scenarios that must have been tested, 0–1; with less it is at best `inconclusive`. Default 1. */
    readonly minCoverage?: number;
  };

/** What a gate let through, or why it did not. */
export interface QualityGate extends GateResult {
  /** What each number rests on. */
  readonly metrics: ResilienceMetrics;
}

/**
 * Is a system resilient enough? Tests it under each scenario and answers with a verdict, a score and what the score covers.
 *
 * A fault is tolerated when every call during it was answered right, or by a declared fallback. The verdict is that of
 * `testResilience` over its four metrics; scenarios that cannot be made on the target are named, not passed over.
 *
 * @throws ChaosError when it is refused (an unknown scenario, none that is supported): nothing was started
 * @example
 * ```ts
 * const gate = await qualityGate({
 *   target: inProcessTarget('shop', { db }),
 *   systemUnderTest: () => shop.isResponsive(),
 *   scenarios: ['slow_method'],
 *   duration: '200ms',
 *   baseline: '50ms',
 *   holdTime: '50ms',
 * });
 * console.log(gate.verdict, gate.summary);
 * ```
 */
export async function qualityGate<System, Answer>(
  options: QualityGateOptions<System, Answer>,
): Promise<QualityGate> {
  const { target, scenarios: asked, minCoverage = 1, targets, resultsDirectory, stateDirectory } = options;
  const { allowLocalProcesses, faults, clock, ...test } = options;
  const wanted = asked === undefined ? Object.values(CHAOS_SCENARIOS) : scenariosNamed(asked);
  const missing: { scenario: string; why: string }[] = [];
  const supported: Scenario[] = [];
  for (const scenario of wanted) {
    const choice = await supportedScenarios([scenario], resolveTarget(target).target, faults ?? allFaults);
    supported.push(...choice.supported);
    for (const why of choice.reasons)
      missing.push({ scenario: scenario.name, why: withoutName(scenario, why) });
  }
  if (supported.length === 0) {
    throw new ChaosError('UNSUPPORTED_SCENARIO', 'the target supports none of the scenarios', {
      hint: missing.map(({ scenario, why }) => `${scenario}: ${why}`).join('\n'),
    });
  }
  const tester = new ResilienceTester({
    ...(targets !== undefined && { targets }),
    ...(resultsDirectory !== undefined && { resultsDirectory }),
    ...(stateDirectory !== undefined && { stateDirectory }),
    ...(allowLocalProcesses !== undefined && { allowLocalProcesses }),
    ...(faults !== undefined && { faults }),
    ...(clock !== undefined && { clock }),
  });
  const metrics = await tester.testResilience({ ...test, targetSystem: target, scenarios: supported });
  // Where all that is supported was asked for, the others are no part of the question.
  const names = (asked === undefined ? supported : wanted).map(({ name }) => name);
  return gateOf(metrics, names, asked === undefined ? [] : missing, minCoverage);
}

function gateOf(
  metrics: ResilienceMetrics,
  asked: readonly string[],
  missing: GateCoverage['missing'],
  minCoverage: number,
): QualityGate {
  const { results, folder, byScenario } = metrics;
  const perScenario = byScenario.map(({ scenario, metrics: numbers }): GateScenario => {
    const tolerance = toleranceOf(numbers);
    const judged = tolerance.faults === 0 ? 'not-injected' : worstOf(numbers);
    return { scenario, verdict: judged, score: gateScore(tolerance), ...tolerance };
  });
  const all = toleranceOf(results.metrics);
  const coverage = gateCoverage(asked, perScenario, missing);
  const untested = metrics.verdict === 'held' && coverage.share < minCoverage;
  return {
    verdict: untested ? 'inconclusive' : metrics.verdict,
    reason: untested
      ? `only ${coverage.confirmed.length} of ${coverage.asked} scenarios were tested; of these: ${metrics.reason}`
      : metrics.reason,
    score: gateScore(all),
    coverage,
    perScenario,
    evidence: {
      folder,
      runs: results.rounds.flatMap(({ scenarios, verdict, reason, seed, folder: own }) =>
        scenarios.map((scenario) => ({
          scenario: scenario.name,
          verdict: scenario.verdict ?? verdict,
          reason: scenario.reason === '' ? reason : scenario.reason,
          seed,
          folder: folder === null || own === null ? null : join(folder, own),
        })),
      ),
    },
    recommendations: results.recommendations.map(({ text }) => text),
    summary: gateSummary(all, coverage),
    metrics,
  };
}

function toleranceOf(metrics: readonly MetricDetail[]): Tolerance {
  const byFault = metrics.find(({ name }) => name === 'faultToleranceScore')?.byFault ?? [];
  return {
    faults: byFault.reduce((sum, { n }) => sum + n, 0),
    tolerated: byFault.reduce((sum, { tolerated }) => sum + tolerated, 0),
  };
}

function worstOf(metrics: readonly MetricDetail[]): 'held' | 'deviated' | 'inconclusive' {
  const verdicts = metrics.map(({ verdict }) => verdict);
  if (verdicts.includes('deviated')) return 'deviated';
  return verdicts.includes('inconclusive') ? 'inconclusive' : 'held';
}

/** The name stands beside it. */
function withoutName({ name }: Scenario, why: string): string {
  return why.startsWith(`${name}: `) ? why.slice(name.length + 2) : why;
}
