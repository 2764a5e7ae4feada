import { ChaosError } from '../../model/chaos-error.js';
import type { Evidence } from '../../model/evidence.js';
import type { Fault, FaultContext, Support } from '../../model/fault.js';
import type { NetworkRoute } from '../../model/network.js';
import type { Scenario } from '../../model/scenario.js';
import type { RunningTarget, Target } from '../../model/target.js';
import { agentSupport } from '../agent-support.js';
import { counted } from './counted.js';
import { injectIntoRoutes, toxicReceipt } from './inject-into-routes.js';
import type { NetworkEffect, NetworkType } from './network-effect.js';

/**
 * The fault that makes a network scenario on the TCP connections that a running Node process opens from the moment on when
 * the agent was attached, which is before the baseline: they go through the run's proxy. Connections that it had open before
 * pass by; they are counted in the evidence.
 */
export function onRunning<T extends NetworkType>(effect: NetworkEffect<T>): Fault<T> {
  return {
    type: effect.type,
    backend: 'agent',
    survives: 'lease',

    supports: (scenario, target) => Promise.resolve(supports(scenario, target)),

    prepare: async (_scenario, context) => {
      const { route, target } = outgoingOf(context);
      const { connections } = await route.stats(context.signal);
      if (connections === 0) throw neverRouted(target);
      return toxicReceipt([route], context);
    },

    inject: async (scenario, receipt, context) => {
      const { route, target } = outgoingOf(context);
      const routes = { effect, scenario, routes: [route], seesRefusals: true };
      const active = await injectIntoRoutes(routes, receipt, context);
      return { ...active, check: async (signal) => besideOthers(await active.check(signal), target) };
    },
  };
}

function supports(scenario: Scenario, target: Target): Support {
  if (target.kind !== 'running')
    return { supported: false, reason: `${target.name} is not a process that runs already` };
  if (scenario.targetComponents.length > 0) {
    const reason = `the agent hits all outgoing connections of ${target.name}, not single ones: leave targetComponents empty`;
    return { supported: false, reason };
  }
  return agentSupport(target);
}

function outgoingOf({ target }: FaultContext): {
  readonly route: NetworkRoute;
  readonly target: RunningTarget;
} {
  if (target.kind === 'running' && target.outgoing !== undefined) return { route: target.outgoing, target };
  throw new ChaosError('TARGET_NOT_READY', `expected the agent in ${target.name}, it is not attached`);
}

function neverRouted(target: RunningTarget): ChaosError {
  const passing = target.passingBy?.() ?? 0;
  const instead =
    passing === 0 ? 'it never did' : `it kept to ${counted(passing, 'connection')} from before instead`;
  return new ChaosError(
    'TARGET_NOT_ROUTED',
    `expected ${target.name} to open an outgoing TCP connection after the agent was attached, ${instead}`,
    {
      hint:
        'connections from before pass by the proxy: have a probe make it use the network during the baseline, or ' +
        'let its pools open new ones',
    },
  );
}

/** Says what the fault does not reach. */
function besideOthers(evidence: Evidence, { passingBy }: RunningTarget): Evidence {
  const passing = passingBy?.() ?? 0;
  if (passing === 0) return evidence;
  const { measured } = evidence;
  const note = `${counted(passing, 'open connection')} from before ${passing === 1 ? 'passes' : 'pass'} by`;
  return { ...evidence, measured: { ...measured, expected: `${measured.expected}; ${note}` } };
}
