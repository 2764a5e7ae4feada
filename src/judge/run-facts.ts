import type { ChaosEvent, CleanExitChecked, EventOf, Phase, RunStarted } from '../model/events.js';
import type { CleanExit } from '../model/results.js';
import type { Status } from '../model/verdict.js';
import { newScenarioFacts, type ScenarioFacts, stepScenarioFacts } from './scenario-facts.js';

/** What happened in a run beside its samples: what verdicts are made of. */
export interface RunFacts {
  started: RunStarted | null;
  scenarios: ScenarioFacts[];
  phase: Phase;
  /** Of the latest event. */
  t: number;
  baseline: EventOf<'baseline-ended'> | null;
  /** The first failure of the target that came while no fault was watched: the system was not steady by itself. */
  failedUnprovoked: EventOf<'target-failed'> | null;
  /** The first failure of the target, whenever it came. */
  targetFailed: EventOf<'target-failed'> | null;
  abort: EventOf<'abort-condition-met'> | null;
  stopped: EventOf<'run-stopped'> | null;
  criteriaAnswer: EventOf<'criteria-answered'> | null;
  cleanExit: CleanExit | null;
  /** null: the run has not ended, or died. */
  endStatus: Status | null;
}

/** Facts before the first event. */
export function newRunFacts(): RunFacts {
  return {
    started: null,
    scenarios: [],
    phase: 'starting',
    t: 0,
    baseline: null,
    failedUnprovoked: null,
    targetFailed: null,
    abort: null,
    stopped: null,
    criteriaAnswer: null,
    cleanExit: null,
    endStatus: null,
  };
}

/** Takes one event; samples only move the time. */
export function stepRunFacts(facts: RunFacts, event: ChaosEvent): void {
  facts.t = Math.max(facts.t, event.t);
  switch (event.type) {
    case 'sample':
      return;
    case 'run-started':
      facts.started = event;
      facts.scenarios = event.scenarios.map(newScenarioFacts);
      return;
    case 'phase-entered':
      facts.phase = event.phase;
      return;
    case 'baseline-ended':
      facts.baseline ??= event;
      return;
    case 'target-failed': {
      facts.targetFailed ??= event;
      // From the moment on in which a fault is made, it may be what ends the target.
      const watched = facts.scenarios.filter(isUnderWay);
      for (const scenario of watched) scenario.targetFailed ??= event;
      if (watched.length === 0) facts.failedUnprovoked ??= event;
      return;
    }
    case 'abort-condition-met':
      facts.abort ??= event;
      for (const [i, scenario] of facts.scenarios.entries()) {
        if (event.scenario === i || (event.scenario === null && isUnderWay(scenario)))
          scenario.abort ??= event;
      }
      return;
    case 'run-stopped':
      facts.stopped ??= event;
      for (const scenario of facts.scenarios) scenario.stopped ||= isUnderWay(scenario);
      return;
    case 'criteria-answered':
      facts.criteriaAnswer = event;
      return;
    case 'clean-exit-checked':
      facts.cleanExit = cleanExitOf(event);
      return;
    case 'run-ended':
      facts.endStatus = event.status;
      return;
    case 'target-ready':
    case 'handlers-ran':
    case 'handlers-found':
      return;
    default: {
      const scenario = facts.scenarios[event.scenario];
      if (scenario !== undefined) stepScenarioFacts(scenario, event);
    }
  }
}

function cleanExitOf({ clean, checked, leftovers, compared }: CleanExitChecked): CleanExit {
  return { clean, checked, leftovers, ...(compared !== undefined && { compared }) };
}

/** From the receipt, or the injection, to the end of recovery. */
function isUnderWay({ prepared, failed, window }: ScenarioFacts): boolean {
  const begun = window.injectedAt !== null || (prepared && failed === null);
  return begun && window.recoveryEndedAt === null;
}
