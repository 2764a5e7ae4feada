import { ChaosError } from '../../model/chaos-error.js';
import type { ActiveFault, FaultContext } from '../../model/fault.js';
import type { NetworkRoute } from '../../model/network.js';
import type { Receipt } from '../../model/receipt.js';
import type { Scenario } from '../../model/scenario.js';
import { timeoutSignal } from '../../model/timeout-signal.js';
import { lookAfterRoutes } from './look-after-routes.js';
import { lookAtRoutes, type RouteBefore } from './look-at-routes.js';
import { tellDecisions } from './tell-decisions.js';
import { measureBefore } from './measure-before.js';
import type { NetworkEffect, NetworkType } from './network-effect.js';

/** Time for taking toxics off again after a failed inject. */
const cleanUpMs = 5_000;

/** The receipt of a toxic on routes that are open. */
export function toxicReceipt(routes: readonly NetworkRoute[], context: FaultContext): Receipt {
  const { injectionId, runId, bootId, expiresAt } = context;
  return {
    kind: 'toxic',
    id: injectionId,
    runId,
    bootId,
    expiresAt,
    controlPath: routes[0]?.controlPath ?? '',
    toxicId: injectionId,
    routes: routes.map(({ component }) => component),
  };
}

export interface RoutesToBreak<T extends NetworkType> {
  readonly effect: NetworkEffect<T>;
  readonly scenario: Scenario<T>;
  readonly routes: readonly NetworkRoute[];
  /** Whether the proxy sees connections that are refused. */
  readonly seesRefusals: boolean;
}

/** Puts one toxic on every one of the routes, or on none. */
export async function injectIntoRoutes<T extends NetworkType>(
  { effect, scenario, routes, seesRefusals }: RoutesToBreak<T>,
  receipt: Receipt,
  { clock, decide, fired, signal }: FaultContext,
): Promise<ActiveFault> {
  if (receipt.kind !== 'toxic')
    throw new ChaosError('INTERNAL', `expected a toxic receipt, got ${receipt.kind}`);
  const { toxicId } = receipt;
  const before: RouteBefore[] = [];
  for (const route of routes) {
    const { suspensions } = await route.stats(signal);
    before.push({ route, suspensions, baseline: await measureBefore(effect, scenario, route, signal) });
  }
  const toxic = effect.toxic(scenario, decide);
  const takeOff = async (undoSignal: AbortSignal) => {
    await Promise.all(routes.map((route) => route.removeToxic(toxicId, undoSignal)));
  };
  try {
    await Promise.all(routes.map((route) => route.addToxic(toxicId, toxic, signal)));
    signal.throwIfAborted();
  } catch (error) {
    await takeOff(timeoutSignal(cleanUpMs));
    throw error;
  }
  const look = { effect, scenario, toxicId, seesRefusals };
  const tell = (tellSignal: AbortSignal) =>
    Promise.all(routes.map((route) => tellDecisions(route, toxicId, scenario.name, fired, tellSignal)));
  return {
    check: async (checkSignal) => {
      const evidence = await lookAtRoutes(before, look, checkSignal);
      await tell(checkSignal);
      return evidence;
    },
    revert: async (revertSignal) => {
      await takeOff(revertSignal);
      await tell(revertSignal);
    },
    checkAfter: (lookSignal) => lookAfterRoutes(before, effect, scenario, clock, lookSignal),
  };
}
