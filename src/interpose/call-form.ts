import { type Callback, callbackOf } from './callback-of.js';
import { emittedError } from './emitted-error.js';
import { inNextTurn } from './next-turn.js';
import { signalAmong } from './signal-among.js';
import type { Failure, PlatformHit, Slowness } from './platform-call.js';

/** How a function of the platform gives its answer: through the callback that is its last argument, or as it returns. */
export type CallForm = 'callback' | 'sync' | 'promise';

/**
 * Fails a call in its form.
 *
 * @param free - is handed an answer that the caller does not get, for what it holds
 */
export function failInForm(
  form: CallForm,
  call: PlatformHit,
  failure: Failure,
  free: (answer: unknown) => unknown = () => undefined,
): unknown {
  const error = emittedError(failure);
  const fail = (): never => {
    failure.felt();
    throw error;
  };
  const isBefore = failure.moment === 'before';
  switch (form) {
    case 'sync':
      return call.observe(() => {
        if (!isBefore) free(call.proceed());
        return fail();
      });
    case 'promise':
      return call.observe(() =>
        isBefore ? new Promise<void>(inNextTurn).then(fail) : lose(call, free).then(fail),
      );
    case 'callback': {
      const answer = answering(call);
      if (answer === null) return call.proceed();
      const failLater = () => {
        failure.felt();
        answer(error);
      };
      if (isBefore) {
        inNextTurn(failLater);
        return undefined;
      }
      return proceedWith(call, (failed, ...given) => {
        if (isError(failed) || call.delays.isOver()) callbackOf(call.args)?.(failed, ...given);
        else {
          free(given[0]);
          failLater();
        }
      });
    }
  }
}

/** The same callback, noting how the call ended. */
function answering(call: PlatformHit): Callback | null {
  const callback = callbackOf(call.args);
  if (callback === null) return null;
  const { promise, settle } = settled();
  call.observe(() => promise).catch(() => undefined);
  return (...answer) => {
    settle(...answer);
    callback(...answer);
  };
}

function settled(): { readonly promise: Promise<unknown>; readonly settle: Callback } {
  let settle: Callback = () => undefined;
  const promise = new Promise((resolve, reject) => {
    settle = (failed, value) => (isError(failed) ? reject(failed) : resolve(value));
  });
  return { promise, settle };
}

function isError(failed: unknown): boolean {
  return failed !== null && failed !== undefined;
}

/** Makes the real call with another callback. */
export function proceedWith(call: PlatformHit, callback: Callback, args = call.args): unknown {
  return call.proceed([...args.slice(0, -1), callback]);
}

async function lose(call: PlatformHit, free: (answer: unknown) => unknown): Promise<void> {
  await free(await call.proceed());
}

/** Makes a call wait first. A signal that aborts ends the wait; the real call then says so itself. */
export function slowInForm(
  form: CallForm,
  call: PlatformHit,
  { delayMs, honourAbort, felt }: Slowness,
): unknown {
  const signal = honourAbort ? signalAmong(call.args) : null;
  switch (form) {
    case 'sync':
      felt('block');
      return call.observe(() => {
        call.delays.block(delayMs);
        return call.proceed();
      });
    case 'promise':
      felt('delay');
      return call.observe(async () => {
        await waited(call, delayMs, signal);
        return call.proceed();
      });
    case 'callback': {
      const answer = answering(call);
      if (answer === null) return call.proceed();
      felt('delay');
      void waited(call, delayMs, signal).then(() => inNextTurn(() => void proceedWith(call, answer)));
      return undefined;
    }
  }
}

/** Resolves when the delay is over, the signal aborts, or the fault ends. */
export function waited(call: PlatformHit, delayMs: number, signal: AbortSignal | null): Promise<void> {
  return call.delays.sleep(delayMs, signal).catch(() => undefined);
}
