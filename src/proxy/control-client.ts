import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { ChaosError } from '../model/chaos-error.js';
import type { ControlAnswer, Operation, Operations } from './control-protocol.js';
import { readJsonLines, writeJsonLine } from './json-lines.js';

interface Pending {
  readonly resolve: (result: unknown) => void;
  readonly reject: (error: Error) => void;
}

/** The asking end of a proxy's control socket. It never keeps the process alive by itself. */
export class ControlClient implements Disposable {
  readonly #socket: Socket;
  readonly #pending = new Map<number, Pending>();
  #lastId = 0;
  #waiters = 0;

  /** @throws ChaosError PROXY_FAILED when nobody takes orders there */
  static async connect(path: string, signal: AbortSignal): Promise<ControlClient> {
    const socket = connect({ path });
    try {
      await once(socket, 'connect', { signal });
    } catch (cause) {
      socket.destroy();
      signal.throwIfAborted();
      throw new ChaosError('PROXY_FAILED', `the fault proxy does not answer at ${path}: ${String(cause)}`, {
        cause,
      });
    }
    return new ControlClient(socket);
  }

  /** Over a socket that may still be connecting: what is asked waits until it is. */
  static over(socket: Socket): ControlClient {
    return new ControlClient(socket);
  }

  private constructor(socket: Socket) {
    this.#socket = socket;
    socket.unref();
    socket.on('error', () => socket.destroy());
    socket.on('close', () => {
      for (const { reject } of this.#pending.values()) reject(gone());
      this.#pending.clear();
    });
    readJsonLines(socket, (message) => this.#settle(message as ControlAnswer));
  }

  /** False once the proxy hung up. */
  get isOpen(): boolean {
    return this.#socket.writable;
  }

  /**
   * Asks and waits for the answer; the process stays alive meanwhile.
   *
   * @throws ChaosError with the proxy's own code, or PROXY_FAILED when it is gone; the signal's reason when aborted
   */
  async ask<K extends Operation>(
    op: K,
    request: Operations[K]['request'],
    signal: AbortSignal,
  ): Promise<Operations[K]['result']> {
    this.#waiters += 1;
    this.#socket.ref();
    try {
      return await this.askUnheld(op, request, signal);
    } finally {
      this.#waiters -= 1;
      if (this.#waiters === 0) this.#socket.unref();
    }
  }

  /** The same, without keeping the process alive. */
  askUnheld<K extends Operation>(
    op: K,
    request: Operations[K]['request'],
    signal?: AbortSignal,
  ): Promise<Operations[K]['result']> {
    return new Promise((resolve, reject) => {
      if (signal?.aborted) {
        reject(signal.reason as Error);
        return;
      }
      if (!this.isOpen) {
        reject(gone());
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
          resolve(result as Operations[K]['result']);
        },
        reject: (error) => {
          settled();
          reject(error);
        },
      });
      writeJsonLine(this.#socket, { id, op, ...request });
    });
  }

  [Symbol.dispose](): void {
    this.#socket.destroy();
  }

  #settle(answer: ControlAnswer): void {
    const pending = this.#pending.get(answer.id);
    this.#pending.delete(answer.id);
    if (answer.ok) pending?.resolve(answer.result);
    else pending?.reject(new ChaosError(answer.code, answer.message));
  }
}

function gone(): ChaosError {
  return new ChaosError('PROXY_FAILED', 'the fault proxy is gone', {
    hint: 'look whether something ended it; its faults ended with it',
  });
}
