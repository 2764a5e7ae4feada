import type { RouteSampler } from '../../model/network.js';

const samples = 5;
const timeoutMs = 2_000;

/**
 * The round trip of a route in ms before a fault; null when it does not answer. The fastest of several: what a busy
 * machine adds to one of them would hide a delay that is injected.
 */
export async function baselineRoundTrip(route: RouteSampler, signal: AbortSignal): Promise<number | null> {
  const roundTripsMs: number[] = [];
  for (let n = 0; n < samples; n += 1) {
    const sample = await route.sample(timeoutMs, signal);
    if (sample.outcome !== 'answered') return null;
    roundTripsMs.push(sample.roundTripMs);
  }
  return Math.min(...roundTripsMs);
}
