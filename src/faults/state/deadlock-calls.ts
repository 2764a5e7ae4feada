import { waitEffect } from '../../interpose/deadlock/wait-effect.js';
import type { WaitingPlace } from '../../model/agent-link.js';
import { ChaosError } from '../../model/chaos-error.js';
import type { Fault } from '../../model/fault.js';
import type { DeadlockParameters } from '../../model/scenario-parameters.js';
import { callFault } from '../application/call-fault.js';
import { callFaultInAgent } from '../application/call-fault-in-agent.js';
import type { CallFaultKind } from '../application/call-fault-kind.js';
import { describeSelection } from '../application/describe-selection.js';
import { whoWaitsForWhom } from './who-waits-for-whom.js';

/** Calls wait for each other, for a gate, or for threads that do. */
const deadlockCallsKind: CallFaultKind<'DEADLOCK'> = {
  type: 'DEADLOCK',
  onPlatform: true,
  effect: ({ kind, honourAbort }) => waitEffect(placeOf(kind), honourAbort),
  remote: ({ kind, honourAbort }) => ({ kind: 'wait', on: placeOf(kind), honourAbort }),
  measure: ({ fired, felt }, parameters) => ({
    quantity: 'calls hit that have no answer',
    unit: 'calls',
    baseline: 0,
    during: fired - felt,
    expected: `all that were hit and were not given up, for ${describeSelection(parameters)}`,
  }),
  details: ({ waits }) => whoWaitsForWhom(waits),
};

/** On components of this process, and on its calls of the platform. */
export const deadlockCalls = butBlocking(callFault(deadlockCallsKind));

/** Inside a Node process that chaosx starts or attaches to. */
export const deadlockCallsInAgent = butBlocking(callFaultInAgent(deadlockCallsKind));

/** A blocked loop is a fault of its own. */
function butBlocking(fault: Fault<'DEADLOCK'>): Fault<'DEADLOCK'> {
  return {
    ...fault,
    async supports(scenario, target) {
      if (scenario.parameters.kind !== 'block-event-loop') return fault.supports(scenario, target);
      return { supported: false, reason: '`kind: block-event-loop` was asked for' };
    },
  };
}

function placeOf(kind: DeadlockParameters['kind']): WaitingPlace {
  if (kind !== 'block-event-loop') return kind;
  throw new ChaosError('INTERNAL', `expected a kind of deadlock in which calls wait, got ${kind}`);
}
