import { httpErrorEffect } from '../../interpose/http-error-effect.js';
import { isInjected } from '../../interpose/injected-error.js';
import { callFault } from './call-fault.js';
import { describeSelection } from './describe-selection.js';

/** HTTP requests of this process get an answer of ours. */
export const httpError = callFault({
  type: 'HTTP_ERROR',
  onPlatform: ({ answer }) => answer !== undefined,
  onComponents: false,
  effect: (parameters) => httpErrorEffect(parameters),
  isFelt: ({ ended, value }) => ended === 'returned' && isInjected(value),
  measure: ({ felt, matched }, parameters) => ({
    quantity: 'matching requests whose caller got the injected answer',
    unit: '%',
    baseline: 0,
    during: matched === 0 ? null : (100 * felt) / matched,
    expected: describeSelection(parameters),
  }),
});
