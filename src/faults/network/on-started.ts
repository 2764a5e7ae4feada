import { ChaosError } from '../../model/chaos-error.js';
import type { Fault, FaultContext, Support } from '../../model/fault.js';
import type { NetworkRoute } from '../../model/network.js';
import type { Scenario } from '../../model/scenario.js';
import type { Target } from '../../model/target.js';
import { injectIntoRoutes, toxicReceipt } from './inject-into-routes.js';
import type { NetworkEffect, NetworkType } from './network-effect.js';

/**
 * The fault that makes a network scenario on all outgoing TCP connections of a started Node process and of what it
 * starts, without any configuration: the agent in them sends these through the run's proxy from their start on.
 * For targets that declare no dependencies; where they do, the fault on these is chosen, unless there is none.
 *
 * @param besideDependencies - also for targets that declare some
 */
export function onStarted<T extends NetworkType>(
  effect: NetworkEffect<T>,
  { besideDependencies }: { readonly besideDependencies: boolean } = { besideDependencies: false },
): Fault<T> {
  return {
    type: effect.type,
    backend: 'agent',
    survives: 'lease',

    supports: (scenario, target) => Promise.resolve(supports(scenario, target, besideDependencies)),

    prepare: async (_scenario, context) => {
      const route = outgoingOf(context);
      await checkRouted(route, context);
      return toxicReceipt([route], context);
    },

    inject: (scenario, receipt, context) =>
      injectIntoRoutes(
        { effect, scenario, routes: [outgoingOf(context)], seesRefusals: true },
        receipt,
        context,
      ),
  };
}

function supports(scenario: Scenario, target: Target, besideDependencies: boolean): Support {
  if (target.kind !== 'started')
    return { supported: false, reason: `${target.name} is not a process that chaosx starts` };
  if (target.ownNetwork) {
    return {
      supported: false,
      reason: `${target.name} has a network of its own, from which the agent's way out is not reached: declare its dependencies`,
    };
  }
  const isForAll = besideDependencies || target.dependencies.length === 0;
  if (isForAll && scenario.targetComponents.length === 0) return { supported: true };
  return {
    supported: false,
    reason: `the agent hits all outgoing connections of ${target.name}, not single dependencies`,
  };
}

function outgoingOf({ target }: FaultContext): NetworkRoute {
  const route = target.kind === 'started' ? target.running?.outgoing : undefined;
  if (route === undefined)
    throw new ChaosError('TARGET_NOT_READY', `expected ${target.name} to run with the agent, it does not`);
  return route;
}

/** @throws ChaosError TARGET_NOT_ROUTED when nothing came through the proxy before the fault */
async function checkRouted(route: NetworkRoute, { target, signal }: FaultContext): Promise<void> {
  if (target.kind === 'started' && target.running?.beginsLater === true) return;
  const { connections } = await route.stats(signal);
  if (connections > 0) return;
  throw new ChaosError(
    'TARGET_NOT_ROUTED',
    `expected ${target.name} to open an outgoing TCP connection before the fault, it never did`,
    {
      hint:
        'the agent reaches Node processes that keep NODE_OPTIONS and CHAOSX_AGENT; for others, declare their ' +
        'dependencies. Have a probe make it use the network during the baseline',
    },
  );
}
