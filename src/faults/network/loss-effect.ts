import { setMaxListeners } from 'node:events';
import { rangeOf } from '../../model/scenario-parameters.js';
import { counted, plural } from './counted.js';
import { metBy, type NetworkEffect } from './network-effect.js';

/** Round trips of one look. At 10 % loss each way, all of them come through undisturbed once in 600 looks. */
const samples = 30;
/** A round trip that lost a packet takes at least a retransmission timeout of 200 ms. */
const stalledMs = 190;
const waitMs = 2_000;
/** Less likely than this, that no sample stalls is no chance but no loss. */
const chance = 0.001;

/** Packets are lost and come a retransmission timeout later. The rate is drawn once, by the seed. */
export const lossEffect: NetworkEffect<'PACKET_LOSS'> = {
  type: 'PACKET_LOSS',

  toxic: ({ name, parameters }, decide) => {
    const [min, max] = rangeOf(parameters.lossPercent);
    const lossPercent = min + (max - min) * decide(name, 'lossPercent', 0);
    return { type: 'loss', lossRate: lossPercent / 100, direction: 'both', seed: decide.seed };
  },

  look: async ({ parameters }, route, _baselineMs, signal) => {
    const [min, max] = rangeOf(parameters.lossPercent);
    const all = AbortSignal.any([signal]);
    // That many listeners are no leak: all are gone once the samples are there.
    setMaxListeners(0, all);
    const trips = await Promise.all(Array.from({ length: samples }, () => route.sample(waitMs, all)));
    const answered = trips.filter(({ outcome }) => outcome !== 'refused');
    const stalled = answered.filter(
      (trip) => trip.outcome === 'silent' || (trip.outcome === 'answered' && trip.roundTripMs >= stalledMs),
    );
    const undisturbed = (1 - min / 100) ** (2 * answered.length);
    return {
      active: stalled.length > 0 ? 'yes' : undisturbed < chance ? 'no' : 'unknown',
      measured: {
        quantity: 'round trips that stalled for a retransmission',
        unit: '%',
        baseline: 0,
        during: answered.length === 0 ? null : (100 * stalled.length) / answered.length,
        expected: `${min === max ? min : `${min}–${max}`} % of packets lost, each way`,
      },
    };
  },

  exposure: (_scenario, stats, toxicId) => {
    const { connections, chunks } = metBy(stats, toxicId);
    return {
      kind: 'counted',
      n: chunks,
      what: `${plural(chunks, 'chunk')} stalled on ${counted(connections, 'connection')}`,
    };
  },
};
