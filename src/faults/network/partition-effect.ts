import { counted, plural } from './counted.js';
import { metBy, type NetworkEffect } from './network-effect.js';

/** A route that answers at all answers far sooner than the longer of these two. */
const minWaitMs = 250;
const baselinesToWait = 20;
const maxWaitMs = 2_000;

/** Nothing gets through: bytes vanish, or connections are reset and refused. */
export const partitionEffect: NetworkEffect<'NETWORK_PARTITION'> = {
  type: 'NETWORK_PARTITION',

  toxic: ({ parameters: { mode, direction } }) =>
    mode === 'refuse' ? { type: 'refuse' } : { type: 'drop', direction },

  look: async ({ parameters: { mode } }, route, baselineMs, signal) => {
    const waitMs = Math.min(maxWaitMs, Math.max(minWaitMs, baselinesToWait * (baselineMs ?? 0)));
    const sample = await route.sample(waitMs, signal);
    const asked = mode === 'refuse' ? 'refused' : 'silent';
    return {
      active: sample.outcome === asked ? 'yes' : sample.outcome === 'answered' ? 'no' : 'unknown',
      measured: {
        quantity: 'round trip',
        unit: 'ms',
        baseline: baselineMs,
        during: sample.outcome === 'answered' ? sample.roundTripMs : null,
        expected: mode === 'refuse' ? 'connections refused' : `no answer within ${Math.round(waitMs)} ms`,
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
