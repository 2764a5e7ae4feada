import { setMaxListeners } from 'node:events';
import type { RouteSampler } from '../../model/network.js';
import type { Scenario } from '../../model/scenario.js';
import { plural } from './counted.js';
import { metBy, type NetworkEffect } from './network-effect.js';
import { samplesFor, shareSeen } from './share-seen.js';

const what = {
  ENOTFOUND: 'failed with ENOTFOUND',
  EAI_AGAIN: 'failed with EAI_AGAIN',
  timeout: 'left without an answer',
} as const;

/** Names cannot be looked up, at a rate, chosen by the seed. */
export const dnsEffect: NetworkEffect<'DNS_FAILURE'> = {
  type: 'DNS_FAILURE',

  toxic: ({ parameters: { hosts, error, injectionRate } }, decide) => ({
    type: 'dns',
    hosts,
    failure: error,
    rate: injectionRate,
    seed: decide.seed,
  }),

  measureBefore: async (scenario, route, signal) => (await failedLookups(scenario, route, signal)).percent,

  look: async (scenario, route, baseline, signal) => {
    const { error, injectionRate } = scenario.parameters;
    const { failed, samples, percent } = await failedLookups(scenario, route, signal);
    return {
      active: shareSeen(failed, samples, injectionRate),
      measured: {
        quantity: `look-ups ${what[error]}`,
        unit: '%',
        baseline,
        during: percent,
        expected: `${Number((100 * injectionRate).toFixed(2))} % of look-ups ${what[error]}`,
      },
    };
  },

  exposure: ({ parameters: { error } }, stats, toxicId) => {
    const { connections } = metBy(stats, toxicId);
    return { kind: 'counted', n: connections, what: `${plural(connections, 'look-up')} ${what[error]}` };
  },
};

/** Look-ups of the checker's own, of a name that the scenario is about. */
async function failedLookups(
  { parameters: { hosts, error, injectionRate } }: Scenario<'DNS_FAILURE'>,
  route: RouteSampler,
  signal: AbortSignal,
): Promise<{ readonly failed: number; readonly samples: number; readonly percent: number }> {
  const host = (hosts[0] ?? '*').replaceAll('*', 'sample');
  const all = AbortSignal.any([signal]);
  // That many listeners are no leak: all are gone once the samples are there.
  setMaxListeners(0, all);
  const samples = samplesFor(injectionRate);
  const failures = await Promise.all(Array.from({ length: samples }, () => route.sampleLookup(host, all)));
  const failed = failures.filter((failure) => failure === error).length;
  return { failed, samples, percent: (100 * failed) / samples };
}
