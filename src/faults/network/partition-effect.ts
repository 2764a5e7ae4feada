import type { RouteSampler, RouteSample } from '../../model/network.js';
import { samplePeer } from '../../model/peer-pattern.js';
import type { Scenario } from '../../model/scenario.js';
import { counted, plural } from './counted.js';
import { metBy, type NetworkEffect, type Sighting } from './network-effect.js';

/** A route that answers at all answers far sooner than the longer of these two. */
const minWaitMs = 250;
const baselinesToWait = 20;
const maxWaitMs = 2_000;

/** Nothing gets through: bytes vanish, or connections are reset and refused. */
export const partitionEffect: NetworkEffect<'NETWORK_PARTITION'> = {
  type: 'NETWORK_PARTITION',

  toxic: ({ parameters: { mode, direction, peers } }) => ({
    ...(mode === 'refuse' ? { type: mode } : { type: mode, direction }),
    ...(peers && { peers }),
  }),

  look: async (scenario, route, baselineMs, signal) => {
    const { mode, peers } = scenario.parameters;
    const waitMs = Math.min(maxWaitMs, Math.max(minWaitMs, baselinesToWait * (baselineMs ?? 0)));
    const [sample, elsewhere] = await Promise.all([
      leastCut(scenario, route, waitMs, signal),
      peers === undefined ? null : route.sample(waitMs, signal),
    ]);
    const expected = mode === 'refuse' ? 'connections refused' : `no answer within ${Math.round(waitMs)} ms`;
    const isOnlyThere = elsewhere === null || elsewhere.outcome === 'answered';
    return {
      active: isOnlyThere ? sighted(sample, mode) : 'unknown',
      measured: {
        quantity: 'round trip',
        unit: 'ms',
        baseline: baselineMs,
        during: sample?.outcome === 'answered' ? sample.roundTripMs : null,
        expected:
          peers === undefined
            ? expected
            : `${expected} to ${peers.join(', ')}${isOnlyThere ? '' : ', and an answer elsewhere: there was none'}`,
      },
    };
  },

  exposure: ({ parameters: { mode } }, stats, toxicId, seesRefusals) => {
    const { connections, chunks } = metBy(stats, toxicId);
    if (mode === 'drop') {
      const what = `${plural(connections, 'connection')} cut off, ${counted(chunks, 'chunk')} swallowed`;
      return { kind: 'counted', n: connections, what };
    }
    if (seesRefusals) {
      return {
        kind: 'counted',
        n: connections,
        what: `${plural(connections, 'connection')} reset or refused`,
      };
    }
    if (connections === 0) {
      return {
        kind: 'unknown',
        why: 'no connection was open to be reset, and attempts at a closed port leave no trace',
      };
    }
    return { kind: 'counted', n: connections, what: `${plural(connections, 'connection')} reset` };
  },
};

/** The sample to that one of the asked peers which is cut off least. */
async function leastCut(
  { parameters: { mode, peers } }: Scenario<'NETWORK_PARTITION'>,
  route: RouteSampler,
  waitMs: number,
  signal: AbortSignal,
): Promise<RouteSample | undefined> {
  const samples = await Promise.all(
    peers === undefined
      ? [route.sample(waitMs, signal)]
      : peers.map((pattern) => route.sample(waitMs, signal, { peer: samplePeer(pattern) })),
  );
  const order = (['no', 'unknown', 'yes'] as const).map((said) =>
    samples.find((sample) => sighted(sample, mode) === said),
  );
  return order.find((sample) => sample !== undefined);
}

function sighted(sample: RouteSample | undefined, mode: 'drop' | 'refuse'): Sighting['active'] {
  if (sample?.outcome === (mode === 'refuse' ? 'refused' : 'silent')) return 'yes';
  return sample?.outcome === 'answered' ? 'no' : 'unknown';
}
