import type { Fault } from '../../../model/fault.js';
import type { NetworkEffect } from '../network-effect.js';
import { checkRouted, dependencyNames } from '../on-dependency.js';
import { injectRules } from './inject-rules.js';
import { networkOf, pathsToDependencies, supportsOwnNetwork } from './own-network.js';
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

    supports: supportsOwnNetwork,

    prepare: async (scenario, context) => {
      const { router } = networkOf(context);
      for (const name of dependencyNames(scenario, context.target)) await checkRouted(name, context);
      return rulesReceipt(router, context);
    },

    inject: (scenario, receipt, context) => {
      const fault = effect.toxic(scenario, context.decide) as PacketFault;
      const { netns } = networkOf(context);
      const paths = pathsToDependencies(scenario, context);
      return injectRules({ fault, paths, sampler: (ports) => samplerIn(netns, ports) }, receipt, context);
    },

    undo: undoRules,
  };
}
