import type { Socket } from 'node:net';
import type { AgentPlace } from '../model/agent-link.js';
import { ChaosError } from '../model/chaos-error.js';
import { writeJsonLine } from '../proxy/json-lines.js';
import { PendingAnswers } from '../proxy/pending-answers.js';
import type { AgentMessage, AgentOperation, AgentOperations } from './protocol.js';

/** The controller's end of the connection to one agent. It keeps this process alive only while it is asked. */
export class AgentConnection {
  readonly place: AgentPlace;
  /** Resolves when it is closed, by whom ever. */
  readonly ended: Promise<void>;
  readonly #socket: Socket;
  readonly #pending = new PendingAnswers();
  #held = 0;
  #unheld = 0;

  constructor(socket: Socket, place: AgentPlace) {
    this.place = place;
    this.#socket = socket;
    this.ended = new Promise((resolve) => {
      socket.on('close', () => {
        this.#pending.refuseAll(() => gone(place));
        resolve();
      });
    });
  }

  /** False once the agent, or its process, is gone. */
  get isOpen(): boolean {
    return this.#socket.writable;
  }

  /** False while something that nobody waits for is not answered. */
  get isAnswering(): boolean {
    return this.#unheld === 0;
  }

  /** @throws ChaosError with the agent's own code, or INJECTION_FAILED when it is gone; the signal's reason when aborted */
  async ask<K extends AgentOperation>(
    op: K,
    request: AgentOperations[K]['request'],
    signal?: AbortSignal,
  ): Promise<AgentOperations[K]['result']> {
    signal?.throwIfAborted();
    if (!this.isOpen) throw gone(this.place);
    const release = signal === undefined ? this.#countUnheld() : this.#hold();
    try {
      const send = (id: number) => writeJsonLine(this.#socket, { id, op, ...request });
      return (await this.#pending.ask(send, signal)) as AgentOperations[K]['result'];
    } finally {
      release();
    }
  }

  settle(message: Extract<AgentMessage, { kind: 'answer' | 'refusal' }>): void {
    if (message.kind === 'answer') {
      this.#pending.answer(message.id, message.result);
      return;
    }
    const { code, message: text, hint } = message.error;
    this.#pending.refuse(message.id, new ChaosError(code, text, hint === undefined ? {} : { hint }));
  }

  /** What is asked with a signal is waited for. */
  #hold(): () => void {
    this.#held += 1;
    this.#socket.ref();
    return () => {
      this.#held -= 1;
      if (this.#held === 0) this.#socket.unref();
    };
  }

  #countUnheld(): () => void {
    this.#unheld += 1;
    return () => {
      this.#unheld -= 1;
    };
  }
}

function gone({ pid }: AgentPlace): ChaosError {
  return new ChaosError('INJECTION_FAILED', `the agent in process ${pid} is gone`, {
    hint: 'its process ended, or hung up; what it had changed is back, or gone with it',
  });
}
