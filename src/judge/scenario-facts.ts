import type { EventOf, PlannedScenario } from '../model/events.js';
import type { Aftermath, Evidence } from '../model/evidence.js';
import { newWindow, type ScenarioWindow, stepWindow } from './scenario-window.js';

/** What happened to one scenario beside the samples. */
export interface ScenarioFacts {
  readonly planned: PlannedScenario;
  readonly window: ScenarioWindow;
  skipped: EventOf<'scenario-skipped'>['why'] | null;
  prepared: boolean;
  failed: EventOf<'fault-failed'> | null;
  firstCheck: Evidence | null;
  lastCheck: Evidence | null;
  /** The newest evidence, periodic checks included. */
  latestCheck: Evidence | null;
  /** Of the newest evidence that had any. */
  details: Evidence['details'] | null;
  /** The last revert; a revert that failed and then worked is a revert. */
  reverted: EventOf<'fault-reverted'> | null;
  /** What the fault's sampler saw after the revert. */
  aftermath: Aftermath | null;
  recovery: EventOf<'recovery-ended'> | null;
  /** The target failed while this fault was watched. */
  targetFailed: EventOf<'target-failed'> | null;
  /** The abort condition that this scenario met. */
  abort: EventOf<'abort-condition-met'> | null;
  /** The run was stopped while this scenario was under way. */
  stopped: boolean;
  /** Decisions that took effect, the counted ones included. */
  decisionsFired: number;
}

/** The events that belong to one scenario. */
export type ScenarioEvent = EventOf<
  | 'scenario-skipped'
  | 'fault-prepared'
  | 'fault-failed'
  | 'fault-injected'
  | 'fault-checked'
  | 'decision-fired'
  | 'decisions-counted'
  | 'revert-started'
  | 'fault-reverted'
  | 'aftermath-checked'
  | 'recovery-ended'
>;

/** Facts of a scenario before anything happened to it. */
export function newScenarioFacts(planned: PlannedScenario): ScenarioFacts {
  return {
    planned,
    window: newWindow(),
    skipped: null,
    prepared: false,
    failed: null,
    firstCheck: null,
    lastCheck: null,
    latestCheck: null,
    details: null,
    reverted: null,
    aftermath: null,
    recovery: null,
    targetFailed: null,
    abort: null,
    stopped: false,
    decisionsFired: 0,
  };
}

/** Takes one event of this scenario. */
export function stepScenarioFacts(facts: ScenarioFacts, event: ScenarioEvent): void {
  stepWindow(facts.window, event);
  switch (event.type) {
    case 'scenario-skipped':
      facts.skipped ??= event.why;
      return;
    case 'fault-prepared':
      facts.prepared = true;
      return;
    case 'fault-failed':
      facts.failed ??= event;
      return;
    case 'fault-checked':
      if (event.when === 'first') facts.firstCheck ??= event.evidence;
      if (event.when === 'last') facts.lastCheck = event.evidence;
      facts.latestCheck = event.evidence;
      facts.details = event.evidence.details ?? facts.details;
      return;
    case 'decision-fired':
      facts.decisionsFired += 1;
      return;
    case 'decisions-counted':
      facts.decisionsFired += event.fired;
      return;
    case 'fault-reverted':
      facts.reverted = event;
      return;
    case 'aftermath-checked':
      facts.aftermath = event;
      return;
    case 'recovery-ended':
      facts.recovery ??= event;
      return;
    case 'fault-injected':
    case 'revert-started':
      return;
  }
}

/** The newest evidence, with the newest details there were and what was measured after the revert. */
export function evidenceOf({ latestCheck, details, aftermath }: ScenarioFacts): Evidence | null {
  if (latestCheck === null) return null;
  return {
    ...latestCheck,
    ...(details && { details }),
    ...(aftermath && { measured: { ...latestCheck.measured, after: aftermath.after } }),
  };
}
