import { isDeepStrictEqual } from 'node:util';
import { answerEffect } from '../../interpose/answer-effect.js';
import { emptyLike } from '../../interpose/empty-like.js';
import type { Outcome } from '../../interpose/observe-outcome.js';
import type { NullInjectionParameters } from '../../model/scenario-parameters.js';
import { callFault } from './call-fault.js';
import { describeSelection } from './describe-selection.js';

/** Calls of components of this process answer null, undefined, something empty or a given value. */
export const nullInjection = callFault({
  type: 'NULL_INJECTION',
  effect: ({ value }) => answerEffect(value),
  isFelt: (outcome, { value }) => outcome.ended === 'returned' && isAnswer(outcome, value),
  measure: ({ felt, matched }, parameters) => ({
    quantity: `matching calls whose caller got ${typeof parameters.value === 'string' ? parameters.value : 'the given value'}`,
    unit: '%',
    baseline: null,
    during: matched === 0 ? null : (100 * felt) / matched,
    expected: describeSelection(parameters),
  }),
});

function isAnswer({ value: got }: Outcome, value: NullInjectionParameters['value']): boolean {
  if (typeof value === 'object') return Object.is(got, value.given);
  switch (value) {
    case 'null':
      return got === null;
    case 'undefined':
      return got === undefined;
    case 'empty':
      // One invalid Date does not equal another.
      return got instanceof Date ? Number.isNaN(got.getTime()) : isDeepStrictEqual(got, emptyLike(got));
  }
}
