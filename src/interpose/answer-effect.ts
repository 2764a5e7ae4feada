import { isDeepStrictEqual } from 'node:util';
import type { NullInjectionParameters } from '../model/scenario-parameters.js';
import { atFirstStep, isGeneratorCall } from './at-first-step.js';
import type { CallEffect, HitCall } from './call-effect.js';
import { emptyLike } from './empty-like.js';
import { isPromise } from './is-promise.js';
import type { Outcome } from './observe-outcome.js';

/**
 * Makes calls answer with something else. The real call happens, so that the answer comes when and as a real one does,
 * as a promise where it is one; if it fails by itself, its own error is what the caller gets.
 * Constructed objects are left alone: `new` cannot answer null.
 */
export function answerEffect(value: NullInjectionParameters['value']): CallEffect {
  return {
    onConstruct: false,
    isFelt: (outcome) => outcome.ended === 'returned' && isAnswer(outcome, value),
    apply(call) {
      const replace = (real: unknown): unknown => {
        call.felt(typeof value === 'string' ? `return ${value}` : 'return a given value');
        return replacement(value, real, call);
      };
      return call.observe(() => {
        const answer = call.proceed();
        return isPromise(answer) ? answer.then(replace) : replace(answer);
      });
    },
  };
}

function replacement(value: NullInjectionParameters['value'], real: unknown, call: HitCall): unknown {
  if (typeof value === 'object') return value.given;
  switch (value) {
    case 'null':
      return null;
    case 'undefined':
      return undefined;
    case 'empty':
      return isGeneratorCall(call) ? atFirstStep(call, () => undefined, null) : emptyLike(real);
  }
}

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
