import { errorMonitor, type EventEmitter } from 'node:events';
import { markInjected } from './injected-error.js';
import type { PlatformHit, Failure } from './platform-call.js';

/** As Node's streams make it of a signal's reason: not exported by the platform. */
class AbortError extends Error {
  readonly code = 'ABORT_ERR';
  override readonly name = 'AbortError';
}

/** The error as requests and sockets emit it: the reason of an AbortSignal as the cause of an AbortError. */
export function emittedError({ error, ofUser }: Failure): Error {
  if (ofUser || !(error instanceof DOMException)) return error;
  return markInjected(new AbortError('The operation was aborted', { cause: error }));
}

/** Takes down the error that an emitter emits, without counting as a listener for it. */
export function observeEmitted(call: PlatformHit, emitter: EventEmitter): void {
  call
    .observe(() => new Promise<never>((_, reject) => void emitter.once(errorMonitor, reject)))
    .catch(() => undefined);
}
