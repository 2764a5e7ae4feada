import { isInjected } from '../../interpose/injected-error.js';
import type { HandlerCount } from '../../model/handler.js';
import { handlersKey } from './handlers-key.js';
import type { CountedHandler } from './with-handler-counters.js';

interface Counts {
  ran: number;
  ended: number;
  injected: number;
}

/** So many handlers are told of one thread: of further modules only how many there are. */
const mostHandlers = 4_000;
/** An error is looked for among so many causes of another. */
const mostCauses = 8;

/**
 * Counts the handlers of errors in this thread's modules. While it is open, modules find it as a property of `globalThis` under
 * a symbol, which nothing enumerates.
 */
export class HandlerCounter implements Disposable {
  /** Of files. */
  readonly patterns: readonly string[];
  readonly #key = Symbol.for(handlersKey);
  readonly #found = new Map<string, readonly CountedHandler[]>();
  readonly #reasons = new Map<string, string>();
  readonly #counts = new Map<string, (Counts | undefined)[]>();
  #handlers = 0;
  #leftOut = 0;

  constructor(patterns: readonly string[]) {
    this.patterns = patterns;
    Object.defineProperty(globalThis, this.#key, { value: this.count, configurable: true });
  }

  /** Called by modules; never throws. A number below 0 says that the handler has ended. */
  readonly count = (file: string, number: number, error?: unknown): void => {
    let ofFile = this.#counts.get(file);
    if (ofFile === undefined) this.#counts.set(file, (ofFile = []));
    const at = number < 0 ? -number - 1 : number;
    const counts = (ofFile[at] ??= { ran: 0, ended: 0, injected: 0 });
    if (number < 0) counts.ended += 1;
    else {
      counts.ran += 1;
      if (isOfUs(error)) counts.injected += 1;
    }
  };

  /** What was found in a module that is being loaded, or why its handlers do not count. */
  readonly note = (file: string, found: readonly CountedHandler[] | string): void => {
    if (typeof found === 'string') {
      this.#reasons.set(file, found);
      return;
    }
    if (this.#found.has(file)) return;
    if (this.#handlers + found.length > mostHandlers) {
      this.#leftOut += 1;
      return;
    }
    this.#handlers += found.length;
    this.#found.set(file, found);
  };

  get leftOut(): number {
    return this.#leftOut;
  }

  outOfReach(): readonly { readonly file: string; readonly reason: string }[] {
    return Array.from(this.#reasons, ([file, reason]) => ({ file, reason }));
  }

  handlers(): readonly HandlerCount[] {
    return Array.from(this.#found, ([name, found]) =>
      found.map(({ file = name, line, column, kind, told }, at) => {
        const { ran, ended, injected } = this.#counts.get(name)?.[at] ?? { ran: 0, ended: 0, injected: 0 };
        return { file, line, column, kind, told, ran, swallowed: ended, injected };
      }),
    ).flat();
  }

  /** Counts from 0 again. */
  reset(): void {
    this.#counts.clear();
  }

  [Symbol.dispose](): void {
    if (Reflect.getOwnPropertyDescriptor(globalThis, this.#key)?.value === this.count)
      Reflect.deleteProperty(globalThis, this.#key);
  }
}

/** Reads no property of what is not an error: a getter of the program's would be called. */
function isOfUs(error: unknown): boolean {
  try {
    let one = error;
    for (let causes = 0; causes <= mostCauses; causes += 1) {
      if (isInjected(one)) return true;
      if (typeof one !== 'object' || one === null) return false;
      one = Reflect.getOwnPropertyDescriptor(one, 'cause')?.value;
    }
  } catch {
    // A proxy that does not let itself be looked at is none of ours.
  }
  return false;
}
