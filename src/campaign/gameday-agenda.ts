import { allFaults } from '../faults/all-faults.js';
import { chooseFault } from '../faults/choose-fault.js';
import { ChaosError } from '../model/chaos-error.js';
import type { Experiment } from '../model/experiment.js';
import type { AgendaEntry, AgendaPoint } from '../model/gameday.js';
import type { Scenario } from '../model/scenario.js';
import { type PrepareOptions, prepareRun } from '../orchestrator/prepare-run.js';
import { resolveTarget } from '../orchestrator/resolve-target.js';
import { experimentWith } from './experiment-with.js';

/** A point of the agenda that was looked at before the day begins. */
export interface PlannedPoint extends AgendaPoint {
  readonly experiment: Experiment;
  /** Why it cannot be made here; null when it can. */
  readonly impossible: string | null;
}

/**
 * The agenda, mildest first, each point checked. Touches nothing.
 *
 * @throws ChaosError when there is nothing on it, nothing of it can be made here, or a point is invalid or unsafe
 */
export async function gamedayAgenda(
  entries: readonly AgendaEntry[],
  experiment: Experiment,
  prepare: PrepareOptions,
): Promise<{ readonly target: string; readonly points: readonly PlannedPoint[] }> {
  if (entries.length === 0) {
    throw new ChaosError('MISSING_INPUT', 'expected at least one scenario on the agenda, got none', {
      hint: '`chaosx scenarios` lists them',
    });
  }
  const { target } = resolveTarget(experiment.targetSystem, prepare.defaultTarget);
  const points: PlannedPoint[] = [];
  for (const { scenario, hypothesis } of entries.toSorted(bySeverity)) {
    const choice = await chooseFault(prepare.faults ?? allFaults, scenario, target);
    const alone = experimentWith(experiment, scenario);
    if (choice.possible) await prepareRun(alone, prepare);
    points.push({
      scenario: scenario.name,
      severity: scenario.severity,
      hypothesis: hypothesis ?? derivedHypothesis(experiment, scenario),
      experiment: alone,
      impossible: choice.possible ? null : choice.reasons.join('; '),
    });
  }
  if (points.every(({ impossible }) => impossible !== null)) {
    const hint = points.map((point) => `${point.scenario}: ${point.impossible}`).join('\n');
    throw new ChaosError('UNSUPPORTED_SCENARIO', `${target.name} supports nothing on the agenda`, { hint });
  }
  return { target: target.name, points };
}

function bySeverity(a: AgendaEntry, b: AgendaEntry): number {
  return a.scenario.severity - b.scenario.severity;
}

function derivedHypothesis({ steadyStateHypothesis }: Experiment, { name }: Scenario): string {
  const steady = steadyStateHypothesis.trim().replace(/\.$/, '');
  return `${steady === '' ? 'The steady state holds' : steady}, even with ${name}`;
}
