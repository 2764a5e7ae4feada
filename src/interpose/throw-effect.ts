import type { ExceptionType } from '../model/scenario-parameters.js';
import { atFirstStep, isGeneratorCall } from './at-first-step.js';
import type { CallEffect, HitCall } from './call-effect.js';
import { type ExceptionMaker, exceptionMaker } from './exception-maker.js';
import { exempt } from './exempt.js';
import { isInjected } from './injected-error.js';
import { isPromise } from './is-promise.js';

/**
 * Makes calls fail with one of several exceptions, chosen anew for each call.
 *
 * `before`: the real call does not happen. `after`: it happens and its answer is lost; if it fails by itself, its own
 * error is what the caller gets. A function that answers with promises rejects: async functions always, others from
 * their first answer seen on; until then `before` throws at once. A generator fails at its first step; with `after`
 * that step is made, its value lost, and the generator closed. Calls of the platform fail as the platform lets them.
 *
 * @throws ChaosError INVALID_INPUT for an unknown exception name
 */
export function throwEffect(types: readonly ExceptionType[], moment: 'before' | 'after'): CallEffect {
  const makers = types.map((type) => exceptionMaker(type));
  const suffix = moment === 'after' ? ' after the call' : '';
  return {
    onConstruct: true,
    isFelt: ({ ended, value }) => ended === 'threw' && isInjected(value),
    apply(call) {
      const made = makeError(call, makers);
      if (made === null) return call.proceed();
      const felt = () => call.felt(`throw ${made.label}${suffix}`);
      if (call.platform !== null) return call.platform.fail(call, { ...made, moment, felt });
      const fail = (): never => {
        felt();
        throw made.error;
      };
      if (isGeneratorCall(call)) return failingGenerator(call, fail, moment);
      return call.observe(() => {
        if (moment === 'before') return call.answers === 'promise' ? rejection(fail) : fail();
        const answer = call.proceed();
        return isPromise(answer) ? answer.then(fail) : fail();
      });
    },
  };
}

interface Made {
  readonly label: string;
  readonly ofUser: boolean;
  readonly error: Error;
}

function makeError(call: HitCall, makers: readonly ExceptionMaker[]): Made | null {
  const maker = makers[Math.floor(call.draw('exception') * makers.length)];
  if (maker === undefined) return null;
  try {
    return { label: maker.label, ofUser: maker.ofUser, error: exempt(() => maker.make(call)) };
  } catch (error) {
    call.problem(error);
    return null;
  }
}

function rejection(fail: () => never): Promise<never> {
  return new Promise(fail);
}

function failingGenerator(call: HitCall, fail: () => never, moment: 'before' | 'after'): object {
  if (moment === 'before') return atFirstStep(call, () => call.observe(fail), null);
  const real = call.proceed() as Generator | AsyncGenerator;
  const loseFirst = (): unknown =>
    Symbol.asyncIterator in real ? loseFirstAsync(real, fail) : loseFirstSync(real, fail);
  return atFirstStep(call, () => call.observe(loseFirst), real);
}

function loseFirstSync(real: Generator, fail: () => never): never {
  real.next();
  real.return(undefined);
  return fail();
}

async function loseFirstAsync(real: AsyncGenerator, fail: () => never): Promise<never> {
  await real.next();
  await real.return(undefined);
  return fail();
}
