import { rangeOf } from '../../model/scenario-parameters.js';
import { counted, plural } from './counted.js';
import { metBy, type NetworkEffect } from './network-effect.js';

/** Past the longest delay, a sample without an answer met something else. */
const marginMs = 1_000;
/** A draw near 0 shows nothing: so many samples before that is called no effect. */
const maxSamples = 3;
/** The least that is told apart from noise. */
const noticeableMs = 1;
/** A delay that a machine which answers at once does not make by itself, time after time. */
const outstandingMs = 50;

/** Answers arrive later: each chunk on its way to the target waits for a delay of its own. */
export const latencyEffect: NetworkEffect<'NETWORK_LATENCY'> = {
  type: 'NETWORK_LATENCY',

  toxic: ({ parameters }, decide) => {
    const [minMs, maxMs] = rangeOf(parameters.latencyMs);
    return { type: 'latency', minMs, maxMs, direction: 'to-target', seed: decide.seed };
  },

  look: async ({ parameters }, route, baselineMs, signal) => {
    const [minMs, maxMs] = rangeOf(parameters.latencyMs);
    const measured = {
      quantity: 'round trip',
      unit: 'ms',
      baseline: baselineMs,
      expected: minMs === maxMs ? `${minMs} ms added` : `${minMs}–${maxMs} ms added`,
    };
    let during = 0;
    for (let n = 0; n < maxSamples; n += 1) {
      const sample = await route.sample(maxMs + (baselineMs ?? 0) + marginMs, signal);
      if (sample.outcome !== 'answered')
        return { active: 'unknown', measured: { ...measured, during: null } };
      during = sample.roundTripMs;
      // A slow baseline must not hide the delay: a tenth of it is noise.
      const addedMs = during - (baselineMs ?? 0);
      if (during >= minMs && addedMs >= Math.max(minMs * 0.9, noticeableMs)) {
        return { active: 'yes', measured: { ...measured, during } };
      }
    }
    return { active: 'no', measured: { ...measured, during } };
  },

  standsOut: ({ parameters }) => rangeOf(parameters.latencyMs)[0] >= outstandingMs,

  exposure: (_scenario, stats, toxicId) => {
    const { connections, chunks } = metBy(stats, toxicId);
    return {
      kind: 'counted',
      n: chunks,
      what: `${plural(chunks, 'chunk')} delayed on ${counted(connections, 'connection')}`,
    };
  },
};
