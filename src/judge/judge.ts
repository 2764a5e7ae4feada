import { ChaosError } from '../model/chaos-error.js';
import type { Fold } from '../model/fold.js';
import type { Results, ScenarioResult } from '../model/results.js';
import { judgeCriteria } from './criteria.js';
import { handlers } from './handlers.js';
import { type MetricsState, metrics, metricsOf, scenarioMetricsOf } from './metrics.js';
import { recommend } from './recommend.js';
import { judgeRun } from './run-verdict.js';
import { evidenceOf, type ScenarioFacts } from './scenario-facts.js';
import { type Judgement, judgeScenario } from './scenario-verdict.js';

/** Facts and counted samples; `metricsOf` reads it in mid-run. */
export type JudgeState = MetricsState;

/**
 * What a run showed, as in `results.json`. A stream that ends without `run-ended` is judged as that of a run that died.
 *
 * `result` throws ChaosError INVALID_INPUT when there was no `run-started`.
 */
export const judge: Fold<JudgeState, Results> = { ...metrics, result: resultsOf };

function resultsOf(state: JudgeState): Results {
  const { facts } = state;
  const { started, scenarios } = facts;
  if (started === null) {
    throw new ChaosError(
      'INVALID_INPUT',
      'expected the events of a run to begin with run-started, got none',
      {
        hint: 'give the events.jsonl of a run',
      },
    );
  }
  const criteria = judgeCriteria(state);
  const judgements = scenarios.map((scenario, i) =>
    judgeScenario({
      run: facts,
      scenario,
      metrics: scenarioMetricsOf(state, scenario, i),
      criteria: criteria[i] ?? [],
    }),
  );
  const { verdict, reason } = judgeRun(
    facts,
    scenarios.map(({ planned }, i) => ({ name: planned.name, judgement: judgements[i] ?? null })),
  );
  const observed = handlers.result(state.handlers);
  const details = recommend(state, criteria, judgements);
  return {
    experiment: started.experiment,
    runId: started.runId,
    seed: started.seed,
    startedAt: started.startedAt,
    durationSeconds: facts.t / 1_000,
    target: started.target,
    hypothesis: started.hypothesis,
    status: facts.endStatus ?? 'crashed',
    verdict,
    reason,
    experimentSuccessful: verdict === 'held',
    stoppedBy: stoppedBy(state),
    lastOutput: facts.targetFailed?.lastOutput ?? facts.baseline?.lastOutput ?? [],
    scenarios: scenarios.map((scenario, i) => scenarioResult(scenario, judgements[i] ?? null)),
    metrics: metricsOf(state),
    criteria: criteria.flat(),
    recommendations: details.map(({ scenario, evidence, action }) => `${scenario}: ${evidence}. ${action}`),
    recommendationDetails: details,
    ...(observed !== null && { handlers: observed }),
    cleanExit: facts.cleanExit,
    environment: started.environment,
  };
}

function stoppedBy({ facts: { abort, stopped } }: JudgeState): string | null {
  if (abort !== null) return `abort condition ${abort.condition}: ${abort.observed}`;
  return stopped === null ? null : `${stopped.by}: ${stopped.detail}`;
}

function scenarioResult(scenario: ScenarioFacts, judgement: Judgement | null): ScenarioResult {
  const { planned, window, recovery } = scenario;
  return {
    name: planned.name,
    type: planned.type,
    severity: planned.severity,
    triggered: scenario.prepared || scenario.failed !== null || window.injectedAt !== null,
    backend: planned.backend,
    verdict: judgement?.verdict ?? null,
    reason: judgement?.reason ?? unjudgedReason(scenario),
    evidence: evidenceOf(scenario),
    injectedAtMs: window.injectedAt,
    revertedAtMs: window.revertedAt,
    recovered: recovery?.recovered ?? null,
    recoveryTimeSeconds:
      recovery === null || recovery.recoveryMs === null ? null : recovery.recoveryMs / 1_000,
    decisionsFired: scenario.decisionsFired,
    replayable: planned.replayable,
  };
}

function unjudgedReason({ skipped, planned }: ScenarioFacts): string {
  switch (skipped) {
    case 'not-triggered':
      return `skipped: it did not trigger (probability ${planned.probability})`;
    case 'earlier-scenario':
      return 'skipped: an earlier scenario did not end well';
    case 'stopped':
      return 'skipped: the run was stopped before it';
    case 'not-steady':
      return 'skipped: the system was not well before it';
    case null:
      return 'the run ended before it';
  }
}
