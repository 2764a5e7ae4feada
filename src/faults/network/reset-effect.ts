import { setMaxListeners } from 'node:events';
import { rangeOf } from '../../model/scenario-parameters.js';
import { plural } from './counted.js';
import { metBy, type NetworkEffect } from './network-effect.js';
import { samplesFor, shareSeen } from './share-seen.js';

/** A reset that was due is seen in this time, on a busy machine too. */
const marginMs = 300;
const waitMs = 2_000;

/** Connections are reset, a share of them, chosen by the seed. */
export const resetEffect: NetworkEffect<'CONNECTION_RESET'> = {
  type: 'CONNECTION_RESET',

  toxic: ({ parameters: { resetRate, afterMs } }, decide) => {
    const [minMs, maxMs] = rangeOf(afterMs);
    return { type: 'reset', resetRate, minMs, maxMs, seed: decide.seed };
  },

  measureBefore: () => Promise.resolve(0),

  look: async ({ parameters: { resetRate, afterMs } }, route, baseline, signal) => {
    const [, maxMs] = rangeOf(afterMs);
    // What is reset at its first bytes is not answered: there is nothing to hold.
    const holdMs = maxMs === 0 ? 0 : maxMs + marginMs;
    const all = AbortSignal.any([signal]);
    // That many listeners are no leak: all are gone once the samples are there.
    setMaxListeners(0, all);
    const samples = await Promise.all(
      Array.from({ length: samplesFor(resetRate) }, () => route.sample(waitMs, all, { holdMs })),
    );
    // Those that something else refused or silenced say nothing.
    const told = samples.filter(
      (sample) =>
        sample.outcome === 'answered' || (sample.outcome === 'refused' && sample.code === 'ECONNRESET'),
    );
    const reset = told.filter(({ outcome }) => outcome === 'refused').length;
    return {
      active: shareSeen(reset, told.length, resetRate),
      measured: {
        quantity: 'connections reset',
        unit: '%',
        baseline,
        during: told.length === 0 ? null : (100 * reset) / told.length,
        expected: `${Number((100 * resetRate).toFixed(2))} % of connections reset`,
      },
    };
  },

  exposure: (_scenario, stats, toxicId) => {
    const { connections } = metBy(stats, toxicId);
    return { kind: 'counted', n: connections, what: `${plural(connections, 'connection')} reset` };
  },
};
