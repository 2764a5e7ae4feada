import { inspect } from 'node:util';
import { isPromise } from '../is-promise.js';

/** The last answers or messages of one kind, as they were handed over: they are kept, not copied. */
export class EarlierData {
  readonly #kept: unknown[] = [];
  readonly #most: number;
  /** Where the next goes: the oldest is written over. */
  #at = 0;

  /** @param most - how many are kept */
  constructor(most: number) {
    this.#most = most;
  }

  note(data: unknown): void {
    // At every call that passes by: it is to cost next to nothing.
    this.#kept[this.#at] = data;
    this.#at = (this.#at + 1) % this.#most;
  }

  /** What is known now: of promises those that are fulfilled, by what they hold. */
  now(): readonly unknown[] | Promise<readonly unknown[]> {
    const known = this.#kept.filter((one) => !isPromise(one) || isFulfilled(one));
    return known.some(isPromise) ? Promise.all(known) : known;
  }
}

/** Asks without listening: a promise that nobody else listens to is still to count as unhandled when it rejects. */
function isFulfilled(promise: Promise<unknown>): boolean {
  const text = inspect(promise, { depth: 0, customInspect: false, maxArrayLength: 0, maxStringLength: 0 });
  return !/^[^{]*\{\s*<(?:pending|rejected)>/.test(text);
}
