import { corruptEffect } from '../../interpose/corrupt-effect.js';
import { callFault } from '../application/call-fault.js';
import { callFaultInAgent } from '../application/call-fault-in-agent.js';
import type { CallFaultKind } from '../application/call-fault-kind.js';
import { describeSelection } from '../application/describe-selection.js';
import { firstChoices } from '../first-choices.js';
import { withDetails } from '../with-details.js';
import { whatWasCorrupted } from './what-was-corrupted.js';

/** Calls answer with corrupted data. */
const stateCorruptionKind: CallFaultKind<'STATE_CORRUPTION'> = {
  type: 'STATE_CORRUPTION',
  onPlatform: false,
  effect: ({ operators }) => corruptEffect(operators),
  remote: ({ operators }) => ({ kind: 'corrupt', operators }),
  measure: ({ felt, matched }, parameters) => ({
    quantity: 'matching calls whose caller got a corrupted answer',
    unit: '%',
    baseline: null,
    during: matched === 0 ? null : (100 * felt) / matched,
    expected: describeSelection(parameters),
  }),
};

const collect = firstChoices(whatWasCorrupted);

/** On components of this process. */
export const stateCorruption = withDetails(callFault(stateCorruptionKind), collect);

/** Inside a Node process that chaosx starts. */
export const stateCorruptionInAgent = withDetails(callFaultInAgent(stateCorruptionKind), collect);
