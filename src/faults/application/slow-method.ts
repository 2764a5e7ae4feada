import { delayEffect } from '../../interpose/delay-effect.js';
import type { DelayDistribution } from '../../model/scenario-parameters.js';
import { callFault } from './call-fault.js';
import { callFaultInAgent } from './call-fault-in-agent.js';
import type { CallFaultKind } from './call-fault-kind.js';
import { describeSelection } from './describe-selection.js';

/** Calls take longer, and calls of the platform as when it is slow. */
const slowMethodKind: CallFaultKind<'SLOW_RESPONSE'> = {
  type: 'SLOW_RESPONSE',
  onPlatform: true,
  effect: ({ delayMs, honourAbort }) => delayEffect(delayMs, honourAbort),
  remote: ({ delayMs, honourAbort }) => ({ kind: 'delay', delayMs, honourAbort }),
  measure: ({ felt, feltMs }, parameters) => ({
    quantity: 'mean time that callers hit waited for their answer',
    unit: 'ms',
    baseline: null,
    during: felt === 0 ? null : feltMs / felt,
    expected: `${describeDelay(parameters.delayMs)} and the real call, for ${describeSelection(parameters)}`,
  }),
};

/** On components of this process. */
export const slowMethod = callFault(slowMethodKind);

/** Inside a Node process that chaosx starts. */
export const slowMethodInAgent = callFaultInAgent(slowMethodKind);

function describeDelay(delay: DelayDistribution): string {
  if (typeof delay === 'number') return `${delay} ms`;
  if (!('distribution' in delay)) return `${delay[0]} to ${delay[1]} ms`;
  switch (delay.distribution) {
    case 'uniform':
      return `${delay.minMs} to ${delay.maxMs} ms`;
    case 'normal':
      return `${delay.meanMs} ms on average (normal, standard deviation ${delay.standardDeviationMs} ms)`;
    case 'exponential':
      return `${delay.meanMs} ms on average (exponential)`;
  }
}
