import type { AgentPlace } from '../model/agent-link.js';
import type { AgentConnection } from './agent-connection.js';

/** The agents that are there now. */
export class AgentSet implements Iterable<AgentConnection> {
  readonly #agents = new Set<AgentConnection>();
  readonly #awaiting = new Set<() => void>();

  /** It is there until it hangs up. */
  add(agent: AgentConnection): void {
    this.#agents.add(agent);
    void agent.ended.then(() => this.#agents.delete(agent));
    for (const told of this.#awaiting) told();
  }

  [Symbol.iterator](): IterableIterator<AgentConnection> {
    return this.#agents.values();
  }

  /** In the order of their numbers. */
  places(): readonly AgentPlace[] {
    return [...this.#agents].map(({ place }) => place).toSorted((a, b) => a.number - b.number);
  }

  /**
   * Asks all of them; those that go meanwhile are left out.
   *
   * @throws the first error of an agent that stays, once all have answered
   */
  async askAll<T>(ask: (agent: AgentConnection) => Promise<T>): Promise<readonly T[]> {
    const asked = [...this.#agents].map((agent) => unlessGone(agent, ask(agent)));
    const answers: T[] = [];
    for (const answer of await Promise.allSettled(asked)) {
      if (answer.status === 'rejected') throw answer.reason;
      if (answer.value !== null) answers.push(answer.value);
    }
    return answers;
  }

  /**
   * Waits until an agent is there.
   *
   * @throws the signal's reason
   */
  async awaitPlace(isMeant: (place: AgentPlace) => boolean, signal: AbortSignal): Promise<AgentPlace> {
    for (;;) {
      const place = this.places().find(isMeant);
      if (place !== undefined) return place;
      await this.#next(signal);
    }
  }

  #next(signal: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      signal.throwIfAborted();
      const settle = () => {
        this.#awaiting.delete(settle);
        signal.removeEventListener('abort', settle);
        if (signal.aborted) reject(signal.reason as Error);
        else resolve();
      };
      this.#awaiting.add(settle);
      signal.addEventListener('abort', settle, { once: true });
    });
  }
}

/** Null when the agent is gone: what it had changed is back, or gone with it. */
async function unlessGone<T>(agent: AgentConnection, answer: Promise<T>): Promise<T | null> {
  try {
    return await answer;
  } catch (error) {
    if (!agent.isOpen) return null;
    throw error;
  }
}
