import { setMaxListeners } from 'node:events';
import type { RouteSampler } from '../../model/network.js';
import type { Scenario } from '../../model/scenario.js';
import type { ConnectionRateParameters } from '../../model/scenario-parameters.js';
import { plural } from './counted.js';
import { metBy, type NetworkEffect, type Sighting } from './network-effect.js';

const waitMs = 2_000;
/** Attempts beyond those that a burst and this much time let through. */
const surplus = 20;
const spreadMs = 200;

/** New connections come through at a rate, those beyond are refused. */
export const connectionRateEffect: NetworkEffect<'CONNECTION_RATE'> = {
  type: 'CONNECTION_RATE',

  toxic: ({ parameters: { perSecond, burst } }) => ({ type: 'connection-rate', perSecond, burst }),

  measureBefore: async (scenario, route, signal) => refusedPercent(await attemptsOn(scenario, route, signal)),

  look: async (scenario, route, baseline, signal) =>
    rateSighting(scenario.parameters, baseline, await attemptsOn(scenario, route, signal)),

  exposure: (_scenario, stats, toxicId) => {
    const { connections } = metBy(stats, toxicId);
    return { kind: 'counted', n: connections, what: `new ${plural(connections, 'connection')} refused` };
  },
};

/** One attempt to connect, of several that were made at once. */
export interface ConnectAttempt {
  readonly outcome: 'connected' | 'refused' | 'silent';
  readonly tookMs: number;
}

/** How many attempts at once show a rate, on a machine that makes them within a fifth of a second. */
export function attemptsFor({ perSecond, burst }: ConnectionRateParameters): number {
  return burst + surplus + Math.ceil((perSecond * spreadMs) / 1_000);
}

/** What attempts that were made at once say of a rate: where it acts, not all of them come through. */
export function rateSighting(
  { perSecond, burst }: ConnectionRateParameters,
  baseline: number | null,
  attempts: readonly ConnectAttempt[],
): Sighting {
  const during = refusedPercent(attempts);
  const spreadOverMs = Math.max(0, ...attempts.map(({ tookMs }) => tookMs));
  const mayPass = burst + (perSecond * spreadOverMs) / 1_000;
  const passed = attempts.filter(({ outcome }) => outcome === 'connected').length;
  const wasRefusedBefore = baseline !== null && baseline > 0;
  const isLimited = during !== null && during > 0;
  return {
    active: isLimited ? (wasRefusedBefore ? 'unknown' : 'yes') : passed > mayPass + 1 ? 'no' : 'unknown',
    measured: {
      quantity: `connections refused, of ${attempts.length} at once`,
      unit: '%',
      baseline,
      during,
      expected: `${perSecond} a second let through${burst > 1 ? `, ${burst} at once after a pause` : ''}`,
    },
  };
}

/** null when none was answered either way. */
export function refusedPercent(attempts: readonly ConnectAttempt[]): number | null {
  const told = attempts.filter(({ outcome }) => outcome !== 'silent');
  const refused = told.filter(({ outcome }) => outcome === 'refused').length;
  return told.length === 0 ? null : (100 * refused) / told.length;
}

async function attemptsOn(
  { parameters }: Scenario<'CONNECTION_RATE'>,
  route: RouteSampler,
  signal: AbortSignal,
): Promise<readonly ConnectAttempt[]> {
  const all = AbortSignal.any([signal]);
  // That many listeners are no leak: all are gone once the samples are there.
  setMaxListeners(0, all);
  const samples = await Promise.all(
    Array.from({ length: attemptsFor(parameters) }, () => route.sample(waitMs, all)),
  );
  return samples.map((sample) => {
    switch (sample.outcome) {
      case 'answered':
        return { outcome: 'connected', tookMs: sample.roundTripMs };
      case 'silent':
        return { outcome: 'silent', tookMs: sample.waitedMs };
      case 'refused':
        return { outcome: 'refused', tookMs: 0 };
    }
  });
}
