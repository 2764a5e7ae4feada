import type { ChaosEvent, RunStarted } from '../model/events.js';
import { formatMs } from '../model/duration.js';

/** A line for each event that a reader of a log wants to see; null for the others. */
export function phaseLine(event: ChaosEvent, started: RunStarted | null): string | null {
  const text = describe(event, started);
  return text === null ? null : `${stamp(event.t)}  ${text}`;
}

function stamp(t: number): string {
  const seconds = Math.floor(t / 1_000);
  return `${String(Math.floor(seconds / 60)).padStart(2, '0')}:${String(seconds % 60).padStart(2, '0')}.${String(Math.floor((t % 1_000) / 100))}`;
}

function describe(event: ChaosEvent, started: RunStarted | null): string | null {
  const nameOf = (index: number) => started?.scenarios[index]?.name ?? `scenario ${index}`;
  switch (event.type) {
    case 'target-ready':
      return `${started?.target ?? 'target'} is ready`;
    case 'target-failed':
      return `${started?.target ?? 'target'} failed: ${event.reason}`;
    case 'phase-entered':
      return event.phase === 'baseline' ? `baseline: watching for ${formatMs(event.plannedMs ?? 0)}` : null;
    case 'baseline-ended':
      return event.held ? 'baseline: the steady state holds' : `baseline: not steady: ${event.detail ?? ''}`;
    case 'scenario-skipped':
      return `${nameOf(event.scenario)}: skipped (${event.why.replaceAll('-', ' ')})`;
    case 'fault-failed':
      return `${nameOf(event.scenario)}: ${event.message}`;
    case 'fault-injected':
      return `${nameOf(event.scenario)}: injected for ${formatMs(started?.scenarios[event.scenario]?.activeMs ?? 0)}`;
    case 'fault-checked':
      return event.when === 'first'
        ? `${nameOf(event.scenario)}: ${evidenceText(event.evidence.active)}`
        : null;
    case 'abort-condition-met':
      return `abort condition: ${event.condition} (${event.observed})`;
    case 'fault-reverted':
      return event.ok
        ? `${nameOf(event.scenario)}: reverted`
        : `${nameOf(event.scenario)}: revert failed: ${event.message ?? ''}`;
    case 'aftermath-checked':
      return event.back === 'no' ? `${nameOf(event.scenario)}: its effect is STILL THERE` : null;
    case 'recovery-ended':
      return event.recovered
        ? `${nameOf(event.scenario)}: recovered after ${formatMs(event.recoveryMs ?? 0)}`
        : `${nameOf(event.scenario)}: not recovered`;
    case 'run-stopped':
      return `stopped by ${event.by.replaceAll('-', ' ')}: ${event.detail}`;
    case 'clean-exit-checked':
      return event.clean ? 'clean: nothing of ours is left' : `LEFT BEHIND: ${event.leftovers.join('; ')}`;
    case 'run-started':
      return event.requestTag === undefined
        ? null
        : `requests are tagged by the header baggage: ${event.requestTag}`;
    case 'sample':
    case 'fault-prepared':
    case 'decision-fired':
    case 'decisions-counted':
    case 'revert-started':
    case 'criteria-answered':
    case 'handlers-ran':
    case 'handlers-found':
    case 'run-ended':
      return null;
  }
}

function evidenceText(active: 'yes' | 'no' | 'unknown'): string {
  switch (active) {
    case 'yes':
      return 'confirmed active';
    case 'no':
      return 'NOT active';
    case 'unknown':
      return 'could not be confirmed';
  }
}
