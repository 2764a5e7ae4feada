import { raceEffect } from '../../interpose/race/race-effect.js';
import { callFault } from '../application/call-fault.js';
import { callFaultInAgent } from '../application/call-fault-in-agent.js';
import type { CallFaultKind } from '../application/call-fault-kind.js';
import { describeSelection } from '../application/describe-selection.js';
import { withDetails } from '../with-details.js';
import { callsPerturbed } from './calls-perturbed.js';

/** Calls start later, or their answers come later, so that they overtake each other. */
const raceConditionKind: CallFaultKind<'RACE_CONDITION'> = {
  type: 'RACE_CONDITION',
  onPlatform: true,
  effect: (parameters) => raceEffect(parameters),
  remote: ({ maxDelayMs, budget, gates, places }) => ({
    kind: 'race',
    maxDelayMs,
    budget,
    gates,
    ...(places && { places }),
  }),
  measure: ({ felt, feltMs }, parameters) => ({
    quantity: 'mean time that perturbed calls were held back',
    unit: 'ms',
    baseline: 0,
    during: felt === 0 ? null : feltMs / felt,
    expected: `up to ${parameters.maxDelayMs} ms in ${Number((100 * parameters.budget).toFixed(2))} % of the time, for ${describeSelection(parameters)}`,
  }),
};

/** On components of this process, and its calls of the platform. */
export const raceCondition = withDetails(callFault(raceConditionKind), callsPerturbed);

/** Inside a Node process that chaosx starts or attaches to. */
export const raceConditionInAgent = withDetails(callFaultInAgent(raceConditionKind), callsPerturbed);
