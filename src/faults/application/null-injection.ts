import { isDeepStrictEqual } from 'node:util';
import { answerEffect } from '../../interpose/answer-effect.js';
import type { NullInjectionParameters } from '../../model/scenario-parameters.js';
import { callFault } from './call-fault.js';
import { callFaultInAgent } from './call-fault-in-agent.js';
import type { CallFaultKind } from './call-fault-kind.js';
import { describeSelection } from './describe-selection.js';

/** Calls answer null, undefined, something empty or a given value. */
const nullInjectionKind: CallFaultKind<'NULL_INJECTION'> = {
  type: 'NULL_INJECTION',
  onPlatform: false,
  effect: ({ value }) => answerEffect(value),
  remote: ({ value }) =>
    isPlain(value)
      ? { kind: 'answer', value }
      : { refused: 'the given value is no plain JSON, which alone can be sent to another process' },
  measure: ({ felt, matched }, parameters) => ({
    quantity: `matching calls whose caller got ${typeof parameters.value === 'string' ? parameters.value : 'the given value'}`,
    unit: '%',
    baseline: null,
    during: matched === 0 ? null : (100 * felt) / matched,
    expected: describeSelection(parameters),
  }),
};

/** On components of this process. */
export const nullInjection = callFault(nullInjectionKind);

/** Inside a Node process that chaosx starts. */
export const nullInjectionInAgent = callFaultInAgent(nullInjectionKind);

function isPlain(value: NullInjectionParameters['value']): boolean {
  return isDeepStrictEqual(JSON.parse(JSON.stringify(value)), value);
}
