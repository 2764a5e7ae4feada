import { throwEffect } from '../../interpose/throw-effect.js';
import { callFault } from './call-fault.js';
import { callFaultInAgent } from './call-fault-in-agent.js';
import type { CallFaultKind } from './call-fault-kind.js';
import { describeSelection } from './describe-selection.js';

/** Calls throw, or reject where they are async; calls of the platform fail as it fails. */
const randomExceptionsKind: CallFaultKind<'EXCEPTION_INJECTION'> = {
  type: 'EXCEPTION_INJECTION',
  onPlatform: true,
  effect: ({ exceptionTypes, moment }) => throwEffect(exceptionTypes, moment),
  remote: ({ exceptionTypes, moment }) => {
    const names = exceptionTypes.filter((type) => typeof type === 'string');
    return names.length === exceptionTypes.length
      ? { kind: 'throw', exceptionTypes: names, moment }
      : { refused: 'classes and functions of this process cannot be sent to another: name the exceptions' };
  },
  measure: ({ felt, matched }, parameters) => ({
    quantity: 'matching calls whose caller got an injected error',
    unit: '%',
    // No error carries our mark before injection.
    baseline: 0,
    during: matched === 0 ? null : (100 * felt) / matched,
    expected: describeSelection(parameters),
  }),
};

/** On components of this process, and its calls of the platform. */
export const randomExceptions = callFault(randomExceptionsKind);

/** Inside a Node process that chaosx starts. */
export const randomExceptionsInAgent = callFaultInAgent(randomExceptionsKind);
