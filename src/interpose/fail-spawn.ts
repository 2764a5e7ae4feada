import type { ChildProcess } from 'node:child_process';
import type { Socket } from 'node:net';
import { getSystemErrorMap } from 'node:util';
import { waited } from './call-form.js';
import { emittedError } from './emitted-error.js';
import { holdBack } from './hold-back.js';
import { markInjected } from './injected-error.js';
import { loseEvents } from './lose-events.js';
import type { Failure, PlatformHit, Slowness } from './platform-call.js';

/** Below what is no folder nothing can be. */
const nowhere = '/dev/null/nowhere';

/** What starts the process: answers 0, or the negative number of an error. */
interface ProcessHandle {
  spawn(...how: readonly unknown[]): number;
}
type Child = ChildProcess & { readonly _handle: ProcessHandle | null; exitCode: number | null };

/**
 * `before`: the system refuses to start the process; the platform makes of it what it always does, for `exec` and `fork`
 * too. `after`: the process does its work, and seems to exit with 1.
 */
export function failSpawn(call: PlatformHit, failure: Failure): unknown {
  const child = call.thisArg as Child;
  if (failure.moment === 'after') return failExit(call, failure, child);
  const handle = child._handle;
  if (handle === null) return call.proceed();
  const code = (failure.error as NodeJS.ErrnoException).code ?? '';
  const refused = numberOf(code) ?? numberOf('EAGAIN') ?? -1;
  // oxlint-disable-next-line typescript/unbound-method -- called with the handle as `this`
  const { spawn } = handle;
  const refuse = (file: unknown, ...others: readonly unknown[]) => {
    // The pipes to the process that is not started are opened all the same. Later versions of Node name the file first.
    const isNamed = typeof file !== 'object' || file === null;
    const doomed: unknown = isNamed ? nowhere : Object.create(file, { file: { value: nowhere } });
    Reflect.apply(spawn, handle, [doomed, ...others]);
    return refused;
  };
  Object.defineProperty(handle, 'spawn', { value: refuse, configurable: true });
  // oxlint-disable-next-line typescript/unbound-method -- called with the child as `this`
  const { emit } = child;
  loseEvents(child, ['error'], (_event, [met]) => {
    failure.felt();
    const isOwn = numberOf(code) !== undefined && !failure.ofUser;
    const error = isOwn ? markInjected(met as Error) : emittedError(failure);
    call.observe(() => Promise.reject(error)).catch(() => undefined);
    Reflect.apply(emit, child, ['error', error]);
    return true;
  });
  try {
    return call.proceed();
  } catch (thrown) {
    // Of other codes than those that a busy system gives, the platform says so at once.
    failure.felt();
    return call.observe(() => {
      throw markInjected(thrown as Error);
    });
  }
}

function numberOf(code: string): number | undefined {
  for (const [number, [name]] of getSystemErrorMap()) if (name === code) return number;
  return undefined;
}

function failExit(call: PlatformHit, failure: Failure, child: Child): unknown {
  // oxlint-disable-next-line typescript/unbound-method -- called with the child as `this`
  const { emit } = child;
  let isFailing = false;
  loseEvents(child, ['exit', 'close'], (event, [code, signal]) => {
    if (event === 'exit') {
      isFailing = code === 0 && !call.delays.isOver();
      if (isFailing) {
        failure.felt();
        call.observe(() => Promise.reject(failure.error)).catch(() => undefined);
      }
    }
    if (!isFailing) return false;
    child.exitCode = 1;
    Reflect.apply(emit, child, [event, 1, signal]);
    return true;
  });
  return call.proceed();
}

/** A process whose output and end are heard of late. */
export function slowSpawn(call: PlatformHit, { delayMs, felt }: Slowness): unknown {
  const child = call.thisArg as Child;
  const answer = call.proceed();
  felt('delay');
  const over = call.observe(() => waited(call, delayMs, null));
  for (const stream of [child.stdout, child.stderr]) {
    if (stream !== null) holdBack(stream as Socket, () => over);
  }
  // oxlint-disable-next-line typescript/unbound-method -- called with the child as `this`
  const { emit } = child;
  let isOver = false;
  void over.then(() => {
    isOver = true;
  });
  loseEvents(child, ['exit', 'close'], (event, args) => {
    if (isOver) return false;
    void over.then(() => Reflect.apply(emit, child, [event, ...args]));
    return true;
  });
  return answer;
}
