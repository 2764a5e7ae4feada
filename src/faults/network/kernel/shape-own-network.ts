import { ChaosError } from '../../../model/chaos-error.js';
import type { Fault, FaultContext } from '../../../model/fault.js';
import type { TrafficClassReceipt } from '../../../model/receipt.js';
import { nftTableOf } from '../../../undo/nft.js';
import { undoTrafficClass } from '../../../undo/undo-traffic-class.js';
import type { NetworkEffect } from '../network-effect.js';
import { checkRouted, dependencyNames } from '../on-dependency.js';
import { canShape } from './can-shape.js';
import { injectShape } from './inject-shape.js';
import type { LinkShape, LinkShapeType } from './link-shape.js';
import { networkOf, supportsOwnNetwork } from './own-network.js';

/**
 * The fault that has packets between a started process with a network of its own and its dependencies wait, in the
 * queues of the router between them. It hits the named components, or all, together.
 */
export function shapeOwnNetwork<T extends LinkShapeType>(
  effect: NetworkEffect<T>,
  shape: LinkShape['type'],
): Fault<T> {
  return {
    type: effect.type,
    backend: 'kernel',
    survives: 'journal',

    supports: async (scenario, target) => {
      const support = await supportsOwnNetwork(scenario, target);
      return support.supported ? canShape(shape) : support;
    },

    prepare: async (scenario, context) => {
      const { router } = networkOf(context);
      for (const name of dependencyNames(scenario, context.target)) await checkRouted(name, context);
      return classReceipt(router, context);
    },

    inject: (scenario, receipt, context) => {
      if (receipt.kind !== 'traffic-class')
        throw new ChaosError('INTERNAL', `expected the receipt of a traffic class, got ${receipt.kind}`);
      return injectShape(effect, scenario, receipt, context);
    },

    undo: (receipt, signal) => {
      if (receipt.kind === 'traffic-class') return undoTrafficClass(receipt, signal);
      throw new ChaosError('INTERNAL', `expected the receipt of a traffic class, got ${receipt.kind}`);
    },
  };
}

function classReceipt(netns: string, context: FaultContext): TrafficClassReceipt {
  const { injectionId: id, runId, bootId, expiresAt } = context;
  return { kind: 'traffic-class', id, runId, bootId, expiresAt, table: nftTableOf(id), netns };
}
