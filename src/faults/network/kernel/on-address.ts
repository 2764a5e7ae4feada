import { ChaosError } from '../../../model/chaos-error.js';
import type { Fault, FaultContext, Support } from '../../../model/fault.js';
import type { Scenario } from '../../../model/scenario.js';
import type { Target } from '../../../model/target.js';
import { formatAddress } from '../../../targets/parse-address.js';
import { isOwnAddress } from '../../../targets/is-own-address.js';
import { ownNetns } from '../../../undo/network-namespace.js';
import type { NetworkEffect } from '../network-effect.js';
import { canMakeRules, noPlaceForRules } from './can-make-rules.js';
import { injectRules, type RulesToMake } from './inject-rules.js';
import type { PacketFault, PacketFaultType } from './rule-set.js';
import { samplerFrom } from './sample-connects.js';
import { rulesReceipt } from './rules-receipt.js';
import { undoRules } from './undo-rules.js';

/** The fault that makes a network scenario on all packets to and from an address, whoever on this machine sends them. */
export function onAddress<T extends PacketFaultType>(effect: NetworkEffect<T>): Fault<T> {
  return {
    type: effect.type,
    backend: 'kernel',
    survives: 'journal',

    supports: (scenario, target) => supports(scenario, target),

    prepare: (_scenario, context) => {
      pathsTo(context);
      return Promise.resolve(rulesReceipt(netnsHere(), context));
    },

    inject: (scenario, receipt, context) => {
      const fault = effect.toxic(scenario, context.decide) as PacketFault;
      return injectRules(
        { fault, paths: pathsTo(context), sampler: (ports) => samplerFrom(ports, context.clock) },
        receipt,
        context,
      );
    },

    undo: undoRules,
  };
}

async function supports(scenario: Scenario, target: Target): Promise<Support> {
  if (target.kind !== 'address') return noPlaceForRules(target.name);
  if ('peers' in scenario.parameters) {
    return {
      supported: false,
      reason: `rules break all of ${target.name}: name its addresses instead of peers`,
    };
  }
  if (scenario.targetComponents.length > 0) {
    const reason = `${target.name} has no components (${scenario.targetComponents.join(', ')}): leave targetComponents empty`;
    return { supported: false, reason };
  }
  return canMakeRules();
}

function pathsTo({ target }: FaultContext): RulesToMake['paths'] {
  if (target.kind !== 'address') throw new ChaosError('INTERNAL', `expected an address, got ${target.kind}`);
  return target.addresses.map((place) => ({
    component: formatAddress(place),
    path: { place, towards: 'to-target', passing: isOwnAddress(place.host) ? 'local' : 'remote' },
  }));
}

function netnsHere(): string {
  const netns = ownNetns();
  if (netns !== null) return netns;
  throw new ChaosError('UNSUPPORTED_SCENARIO', 'expected a network namespace in /proc/self/ns/net, got none');
}
