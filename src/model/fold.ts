import type { ChaosEvent } from './events.js';

/**
 * A pure reduction of the events of a run, or of a campaign, with bounded state: histograms, not arrays.
 * `step` may change the state it is given; a fold never reads anything but its state and the event.
 */
export interface Fold<State, Result, Event = ChaosEvent> {
  init(): State;
  step(state: State, event: Event): State;
  result(state: State): Result;
}

/** Runs a fold over events that are all there. */
export function foldAll<State, Result, Event>(
  fold: Fold<State, Result, Event>,
  events: Iterable<Event>,
): Result {
  let state = fold.init();
  for (const event of events) state = fold.step(state, event);
  return fold.result(state);
}
