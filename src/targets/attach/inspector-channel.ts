import { ChaosError } from '../../model/chaos-error.js';
import { unlessAborted } from '../../model/unless-aborted.js';

type Params = Readonly<Record<string, unknown>>;

interface Waiting {
  resolve(result: unknown): void;
  reject(error: Error): void;
}

/** Questions and answers of the inspector protocol, with one thread of a process. */
export class InspectorChannel {
  readonly #write: (text: string) => void;
  readonly #waiting = new Map<number, Waiting>();
  readonly #listeners = new Map<string, (params: Params) => void>();
  #lastId = 0;
  #closed: Error | null = null;

  /** @param write - sends a message; what comes is given to `receive` */
  constructor(write: (text: string) => void) {
    this.#write = write;
  }

  /** @throws ChaosError INJECTION_FAILED when the inspector refuses or is gone; the signal's reason when it aborts */
  async ask(method: string, params: Params, signal: AbortSignal): Promise<unknown> {
    signal.throwIfAborted();
    if (this.#closed !== null) throw this.#closed;
    this.#lastId += 1;
    const id = this.#lastId;
    const answer = new Promise<unknown>((resolve, reject) => {
      this.#waiting.set(id, { resolve, reject });
    });
    // Given up, it may still be rejected.
    answer.catch(() => undefined);
    this.#write(JSON.stringify({ id, method, params }));
    try {
      return await unlessAborted(answer, signal);
    } finally {
      this.#waiting.delete(id);
    }
  }

  /** Sends without waiting for the answer. */
  tell(method: string, params: Params): void {
    if (this.#closed !== null) return;
    this.#lastId += 1;
    this.#write(JSON.stringify({ id: this.#lastId, method, params }));
  }

  /** One listener an event. */
  on(event: string, listener: (params: Params) => void): void {
    this.#listeners.set(event, listener);
  }

  receive(text: string): void {
    const { id, method, params, result, error } = JSON.parse(text) as {
      readonly id?: number;
      readonly method?: string;
      readonly params?: Params;
      readonly result?: unknown;
      readonly error?: { readonly message: string };
    };
    if (method !== undefined) this.#listeners.get(method)?.(params ?? {});
    const waiting = id === undefined ? undefined : this.#waiting.get(id);
    if (error === undefined) waiting?.resolve(result);
    else waiting?.reject(new ChaosError('INJECTION_FAILED', `the inspector refused: ${error.message}`));
  }

  /** Whatever waits is told that nothing comes any more. */
  close(reason: Error): void {
    this.#closed ??= reason;
    for (const waiting of this.#waiting.values()) waiting.reject(reason);
  }
}
