import { ChaosError } from '../../../model/chaos-error.js';
import type { Fault, FaultContext, Support } from '../../../model/fault.js';
import type { Scenario } from '../../../model/scenario.js';
import type { AddressTarget, Target, TargetNetwork } from '../../../model/target.js';
import { checkRouted, dependencyNames, supportsDependencies } from '../on-dependency.js';
import type { NetworkEffect } from '../network-effect.js';
import { canMakeRules, noPlaceForRules } from './can-make-rules.js';
import { injectRules, type RulesToMake } from './inject-rules.js';
import type { PacketFault, PacketFaultType } from './rule-set.js';
import { rulesReceipt } from './rules-receipt.js';
import { samplerIn } from './sample-in-netns.js';
import { undoRules } from './undo-rules.js';

/**
 * The fault that makes a network scenario on the packets between a started process with a network of its own and its
 * dependencies, in the router between them. It hits the named components, or all.
 */
export function onOwnNetwork<T extends PacketFaultType>(effect: NetworkEffect<T>): Fault<T> {
  return {
    type: effect.type,
    backend: 'kernel',
    survives: 'journal',

    supports: (scenario, target) => supports(scenario, target),

    prepare: async (scenario, context) => {
      const { router } = networkOf(context);
      for (const name of dependencyNames(scenario, context.target)) await checkRouted(name, context);
      return rulesReceipt(router, context);
    },

    inject: (scenario, receipt, context) => {
      const fault = effect.toxic(scenario, context.decide) as PacketFault;
      const { netns } = networkOf(context);
      const paths = pathsTo(scenario, context);
      return injectRules({ fault, paths, sampler: (ports) => samplerIn(netns, ports) }, receipt, context);
    },

    undo: undoRules,
  };
}

async function supports(scenario: Scenario, target: Target): Promise<Support> {
  // What an address lacks is said once, by the fault that is made for it.
  if (target.kind === 'address') return addressSupport(target);
  if (target.kind !== 'started' || !target.ownNetwork) return noPlaceForRules(target.name);
  const support = supportsDependencies(scenario, target);
  return support.supported ? canMakeRules() : support;
}

async function addressSupport({ name }: AddressTarget): Promise<Support> {
  const support = await canMakeRules();
  return support.supported ? noPlaceForRules(name) : support;
}

function networkOf({ target }: FaultContext): TargetNetwork {
  const network = target.kind === 'started' ? target.running?.network : undefined;
  if (network !== undefined) return network;
  throw new ChaosError('TARGET_NOT_READY', `expected ${target.name} to be running in its network, it is not`);
}

function pathsTo(scenario: Scenario, context: FaultContext): RulesToMake['paths'] {
  const { dependencies } = networkOf(context);
  return dependencyNames(scenario, context.target).map((component) => {
    const place = dependencies.get(component);
    if (place === undefined)
      throw new ChaosError('INTERNAL', `expected a place for ${component}, there is none`);
    return { component, path: { place, towards: 'from-target', passing: 'forwarded' } };
  });
}
