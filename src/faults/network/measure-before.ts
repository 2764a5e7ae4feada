import type { RouteSampler } from '../../model/network.js';
import type { Scenario } from '../../model/scenario.js';
import { baselineRoundTrip } from './baseline-round-trip.js';
import type { NetworkEffect, NetworkType } from './network-effect.js';

/** What an effect will compare with, as it is now. */
export function measureBefore<T extends NetworkType>(
  effect: NetworkEffect<T>,
  scenario: Scenario<T>,
  route: RouteSampler,
  signal: AbortSignal,
): Promise<number | null> {
  return effect.measureBefore?.(scenario, route, signal) ?? baselineRoundTrip(route, signal);
}
