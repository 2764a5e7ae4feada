interface Pending {
  readonly resolve: (result: unknown) => void;
  readonly reject: (error: Error) => void;
}

/** Questions on one connection that wait for their answers, each by its number. */
export class PendingAnswers {
  readonly #pending = new Map<number, Pending>();
  #lastId = 0;

  /**
   * @param send - writes the question with its number
   * @throws the signal's reason when it aborts: an answer that comes later is dropped
   */
  ask(send: (id: number) => void, signal?: AbortSignal): Promise<unknown> {
    return new Promise((resolve, reject) => {
      if (signal?.aborted) {
        reject(signal.reason as Error);
        return;
      }
      this.#lastId += 1;
      const id = this.#lastId;
      const onAbort = () => {
        this.#pending.delete(id);
        reject(signal?.reason as Error);
      };
      const settled = () => signal?.removeEventListener('abort', onAbort);
      signal?.addEventListener('abort', onAbort, { once: true });
      this.#pending.set(id, {
        resolve: (result) => {
          settled();
          resolve(result);
        },
        reject: (error) => {
          settled();
          reject(error);
        },
      });
      send(id);
    });
  }

  answer(id: number, result: unknown): void {
    this.#take(id)?.resolve(result);
  }

  refuse(id: number, error: Error): void {
    this.#take(id)?.reject(error);
  }

  /** The other side is gone. */
  refuseAll(error: () => Error): void {
    for (const { reject } of this.#pending.values()) reject(error());
    this.#pending.clear();
  }

  #take(id: number): Pending | undefined {
    const pending = this.#pending.get(id);
    this.#pending.delete(id);
    return pending;
  }
}
