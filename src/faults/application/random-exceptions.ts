import { isInjected } from '../../interpose/injected-error.js';
import { throwEffect } from '../../interpose/throw-effect.js';
import { callFault } from './call-fault.js';
import { describeSelection } from './describe-selection.js';

/** Calls of components of this process throw, or reject where they are async; calls of the platform fail as it fails. */
export const randomExceptions = callFault({
  type: 'EXCEPTION_INJECTION',
  onPlatform: () => true,
  effect: ({ exceptionTypes, moment }) => throwEffect(exceptionTypes, moment),
  isFelt: ({ ended, value }) => ended === 'threw' && isInjected(value),
  measure: ({ felt, matched }, parameters) => ({
    quantity: 'matching calls whose caller got an injected error',
    unit: '%',
    // No error carries our mark before injection.
    baseline: 0,
    during: matched === 0 ? null : (100 * felt) / matched,
    expected: describeSelection(parameters),
  }),
});
