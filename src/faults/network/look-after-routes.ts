import type { Clock } from '../../model/clock.js';
import type { Aftermath } from '../../model/evidence.js';
import type { NetworkRoute } from '../../model/network.js';
import type { Scenario } from '../../model/scenario.js';
import { lookUntilBack } from '../look-until-back.js';
import { isBackAt } from './is-back-at.js';
import type { RouteBefore } from './look-at-routes.js';
import type { NetworkEffect, NetworkType } from './network-effect.js';

/** A proxy and a machine that answer within this time are not what makes samples late. */
const promptMs = 25;

/**
 * Looks at routes whose toxic is off. That its effect is still there is believed only while the proxy itself answers at
 * once, over its control socket: else it has ended, or the machine is too busy to tell.
 */
export function lookAfterRoutes<T extends NetworkType>(
  routes: readonly RouteBefore[],
  effect: NetworkEffect<T>,
  scenario: Scenario<T>,
  clock: Clock,
  signal: AbortSignal,
): Promise<Aftermath> {
  const lookAt = async ({ route, baseline }: RouteBefore, lookSignal: AbortSignal): Promise<Aftermath> => {
    const sighting = await effect.look(scenario, route, baseline, lookSignal);
    const after = sighting.measured.during;
    if (isBackAt(sighting)) return { back: 'yes', after };
    const told = sighting.active === 'yes' && (effect.standsOut?.(scenario, baseline) ?? true);
    return { back: told && (await answersAtOnce(route, clock, lookSignal)) ? 'no' : 'unknown', after };
  };
  return lookUntilBack(
    async (lookSignal) => {
      const all = await Promise.all(routes.map((route) => lookAt(route, lookSignal)));
      // The route that is least back decides.
      const order = (['no', 'unknown', 'yes'] as const).map((back) => all.find((one) => one.back === back));
      return order.find((one) => one !== undefined) ?? { back: 'unknown', after: null };
    },
    clock,
    signal,
  );
}

async function answersAtOnce(route: NetworkRoute, clock: Clock, signal: AbortSignal): Promise<boolean> {
  const askedMs = clock.nowMs();
  await route.stats(signal);
  return clock.nowMs() - askedMs <= promptMs;
}
