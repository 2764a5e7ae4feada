import type { HitCall } from './call-effect.js';

/**
 * A generator of the call's kind that does something before its first step, and then is the real one, if there is any.
 * Generator functions run nothing until the first `next()`: that is where their callers can feel a fault.
 *
 * @param first - may throw; for an async generator it may return a promise
 * @param real - the real generator, not started; null ends after `first`
 */
export function atFirstStep(call: HitCall, first: () => unknown, real: object | null): object {
  const generator =
    call.shape === 'async-generator'
      ? stepAsync(first, real as AsyncGenerator | null)
      : step(first, real as Generator | null);
  const prototype = real === null ? call.prototype : Reflect.getPrototypeOf(real);
  if (prototype !== null) Reflect.setPrototypeOf(generator, prototype);
  return generator;
}

function* step(first: () => unknown, real: Generator | null): Generator {
  first();
  return real === null ? undefined : yield* real;
}

async function* stepAsync(first: () => unknown, real: AsyncGenerator | null): AsyncGenerator {
  await first();
  return real === null ? undefined : yield* real;
}

/** True for the functions whose faults are felt at the first step. */
export function isGeneratorCall({ shape }: Pick<HitCall, 'shape'>): boolean {
  return shape === 'generator' || shape === 'async-generator';
}
