import type { NetworkRoute } from '../../model/network.js';

const samples = 3;
const timeoutMs = 2_000;

/** The median round trip of a route in ms before a fault; null when it does not answer. */
export async function baselineRoundTrip(route: NetworkRoute, signal: AbortSignal): Promise<number | null> {
  const roundTripsMs: number[] = [];
  for (let n = 0; n < samples; n += 1) {
    const sample = await route.sample(timeoutMs, signal);
    if (sample.outcome !== 'answered') return null;
    roundTripsMs.push(sample.roundTripMs);
  }
  return roundTripsMs.sort((a, b) => a - b)[Math.floor(samples / 2)] ?? null;
}
