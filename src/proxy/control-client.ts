import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { ChaosError } from '../model/chaos-error.js';
import type { ControlAnswer, Operation, Operations } from './control-protocol.js';
import { readJsonLines, writeJsonLine } from './json-lines.js';
import { PendingAnswers } from './pending-answers.js';

/** The asking end of a proxy's control socket. It never keeps the process alive by itself. */
export class ControlClient implements Disposable {
  readonly #socket: Socket;
  readonly #pending = new PendingAnswers();
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
    socket.on('close', () => this.#pending.refuseAll(gone));
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
  async askUnheld<K extends Operation>(
    op: K,
    request: Operations[K]['request'],
    signal?: AbortSignal,
  ): Promise<Operations[K]['result']> {
    signal?.throwIfAborted();
    if (!this.isOpen) throw gone();
    const send = (id: number) => writeJsonLine(this.#socket, { id, op, ...request });
    return (await this.#pending.ask(send, signal)) as Operations[K]['result'];
  }

  [Symbol.dispose](): void {
    this.#socket.destroy();
  }

  #settle(answer: ControlAnswer): void {
    if (answer.ok) this.#pending.answer(answer.id, answer.result);
    else this.#pending.refuse(answer.id, new ChaosError(answer.code, answer.message));
  }
}

function gone(): ChaosError {
  return new ChaosError('PROXY_FAILED', 'the fault proxy is gone', {
    hint: 'look whether something ended it; its faults ended with it',
  });
}
