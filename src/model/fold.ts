import type { ChaosEvent } from './events.js';

/**
 * A pure reduction of a run's events with bounded state: histograms, not arrays.
 * `step` may change the state it is given; a fold never reads anything but its state and the event.
 */
export interface Fold<State, Result> {
  init(): State;
  step(state: State, event: ChaosEvent): State;
  result(state: State): Result;
}

/** Runs a fold over events that are all there. */
export function foldAll<State, Result>(fold: Fold<State, Result>, events: Iterable<ChaosEvent>): Result {
  let state = fold.init();
  for (const event of events) state = fold.step(state, event);
  return fold.result(state);
}
