import type { ChaosEvent } from '../model/events.js';

/** When one scenario's fault was on and watched, in ms since the run's start; null: not yet, or never. */
export interface ScenarioWindow {
  injectedAt: number | null;
  revertStartedAt: number | null;
  revertedAt: number | null;
  recoveryEndedAt: number | null;
}

/** A window that has not opened. */
export function newWindow(): ScenarioWindow {
  return { injectedAt: null, revertStartedAt: null, revertedAt: null, recoveryEndedAt: null };
}

/** Takes an event of this window's scenario; others leave it as it is. */
export function stepWindow(window: ScenarioWindow, event: ChaosEvent): void {
  switch (event.type) {
    case 'fault-injected':
      window.injectedAt ??= event.t;
      return;
    case 'revert-started':
      window.revertStartedAt ??= event.t;
      return;
    case 'fault-reverted':
      // A revert that failed and is tried again has not ended.
      window.revertStartedAt ??= event.t;
      window.revertedAt = event.t;
      return;
    case 'recovery-ended':
      window.recoveryEndedAt ??= event.t;
      return;
    default:
      return;
  }
}

/** The fault was on: from injection until its revert begins. A bound whose event has not come yet is open. */
export function isActiveAt({ injectedAt, revertStartedAt }: ScenarioWindow, t: number): boolean {
  return injectedAt !== null && t >= injectedAt && (revertStartedAt === null || t < revertStartedAt);
}

/** The fault was gone and recovery watched: from the end of the revert to the end of recovery. */
export function isAfterAt({ injectedAt, revertedAt, recoveryEndedAt }: ScenarioWindow, t: number): boolean {
  return (
    injectedAt !== null &&
    revertedAt !== null &&
    t >= revertedAt &&
    (recoveryEndedAt === null || t <= recoveryEndedAt)
  );
}

/** From injection to the end of recovery: where availability and outages are counted. */
export function isWatchedAt({ injectedAt, recoveryEndedAt }: ScenarioWindow, t: number): boolean {
  return injectedAt !== null && t >= injectedAt && (recoveryEndedAt === null || t <= recoveryEndedAt);
}
