import type { PlannedProbe, RunStarted } from '../../model/events.js';
import type { CriterionResult, ProbeMetrics, Recommendation, ScenarioMetrics } from '../../model/results.js';
import type { ScenarioFacts } from '../scenario-facts.js';
import type { Judgement } from '../scenario-verdict.js';

/** An injected scenario as the rules of advice see it. */
export interface ScenarioView {
  readonly started: RunStarted;
  readonly scenario: ScenarioFacts;
  readonly judgement: Judgement;
  readonly metrics: ScenarioMetrics;
  /** Those of this scenario. */
  readonly criteria: readonly CriterionResult[];
}

/** What was seen and what to do about it, each without a full stop; null: nothing to say. */
export type Advice = Pick<Recommendation, 'evidence' | 'action'>;
export type AdviceRule = (view: ScenarioView) => Advice | null;

/** The probe with the largest value among those that have one; null when none has. */
export function worstProbe(
  { metrics }: ScenarioView,
  valueOf: (probe: ProbeMetrics) => number | null,
): { readonly probe: ProbeMetrics; readonly value: number } | null {
  let worst: { probe: ProbeMetrics; value: number } | null = null;
  for (const probe of metrics.probes) {
    const value = valueOf(probe);
    if (value !== null && (worst === null || value > worst.value)) worst = { probe, value };
  }
  return worst;
}

/** As it was planned; null for a probe that the plan does not have. */
export function planOf({ started }: ScenarioView, probe: ProbeMetrics): PlannedProbe | null {
  return started.probes.find(({ name }) => name === probe.probe) ?? null;
}

/** Share of samples that failed while the fault was active; null without samples. */
export function errorRateOf({ samples, failed }: ProbeMetrics): number | null {
  return samples === 0 ? null : failed / samples;
}

/** How long the fault was really active, in ms. */
export function activeMsOf({ scenario: { window, planned } }: ScenarioView): number {
  if (window.injectedAt === null || window.revertStartedAt === null) return planned.activeMs;
  return window.revertStartedAt - window.injectedAt;
}

/** The strictest limit for response times that was asked for, in ms; null without one. */
export function responseLimitMs({ criteria }: ScenarioView): number | null {
  const names = new Set(['responseTimeMs', 'p95ResponseMs', 'maxResponseMs']);
  const limits = criteria.flatMap(({ name, limit }) => (names.has(name) && limit !== null ? [limit] : []));
  return limits.length === 0 ? null : Math.min(...limits);
}
