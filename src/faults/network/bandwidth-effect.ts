import type { RouteSampler } from '../../model/network.js';
import type { Scenario } from '../../model/scenario.js';
import { counted, plural } from './counted.js';
import { metBy, type NetworkEffect } from './network-effect.js';

/** A sample is as long as what passes in this time. */
const sampleMs = 500;
const mostBytes = 4_194_304;
/** Beyond the time that a sample should take, twice. */
const marginMs = 2_000;
/** A timer may be early by a little, never by this share. */
const tolerance = 0.05;
/** What is this share of the throughput before, or more, was not slowed. */
const unchanged = 0.9;
/** A machine that answers at once is not slower than before by this much, time after time. */
const outstanding = 0.25;

/** Bytes pass at a steady pace. */
export const bandwidthEffect: NetworkEffect<'BANDWIDTH'> = {
  type: 'BANDWIDTH',

  toxic: ({ parameters: { kilobytesPerSecond, direction } }) => ({
    type: 'bandwidth',
    bytesPerSecond: kilobytesPerSecond * 1_000,
    direction,
  }),

  measureBefore: (scenario, route, signal) => throughput(scenario, route, signal),

  look: async (scenario, route, baseline, signal) => {
    const { kilobytesPerSecond: asked } = scenario.parameters;
    const during = await throughput(scenario, route, signal);
    const isSlow = during !== null && during <= asked * (1 + tolerance);
    const wasFast = baseline === null || (during ?? 0) < baseline * unchanged;
    return {
      active: during === null ? 'unknown' : !isSlow ? 'no' : wasFast ? 'yes' : 'unknown',
      measured: { quantity: 'throughput', unit: 'KB/s', baseline, during, expected: `at most ${asked} KB/s` },
    };
  },

  standsOut: ({ parameters: { kilobytesPerSecond } }, baseline) =>
    baseline !== null && kilobytesPerSecond <= baseline * outstanding,

  exposure: (_scenario, stats, toxicId) => {
    const { connections, chunks } = metBy(stats, toxicId);
    return {
      kind: 'counted',
      n: chunks,
      what: `${plural(chunks, 'chunk')} paced on ${counted(connections, 'connection')}`,
    };
  },
};

/** KB/s through the route to the checker's echo and back; null when not all came back in time. */
async function throughput(
  { parameters: { kilobytesPerSecond } }: Scenario<'BANDWIDTH'>,
  route: RouteSampler,
  signal: AbortSignal,
): Promise<number | null> {
  const bytes = Math.min(mostBytes, Math.ceil(kilobytesPerSecond * sampleMs));
  const sample = await route.sample(2 * sampleMs + marginMs, signal, { bytes });
  return sample.outcome === 'answered' ? bytes / sample.roundTripMs : null;
}
