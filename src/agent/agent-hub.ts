import type {
  AgentCounts,
  AgentFaultKind,
  AgentFaults,
  AgentLink,
  AgentPlace,
  ArmedFault,
} from '../model/agent-link.js';
import { ChaosError } from '../model/chaos-error.js';
import type { FiredDecision } from '../model/fault.js';
import { timeoutSignal } from '../model/timeout-signal.js';
import type { AgentConnection } from './agent-connection.js';
import { agentSocketIn } from './agent-directory.js';
import { AgentFiles, type TargetFacts } from './agent-files.js';
import { AgentListener } from './agent-listener.js';
import { AgentSet } from './agent-set.js';
import { HeldFault } from './held-fault.js';
import type { AgentMessage, ArmedSites } from './protocol.js';
import { requireMatches } from './require-matches.js';
import { unmetPlaces } from './unmet-places.js';
import { setInterval, clearInterval } from '../model/real-timers.js';

/** Well below the agents' lease, so that one renewal that is late does not end it. */
const renewEveryMs = 400;
const firstPlaceLimitMs = 2_000;
/** A process takes some 50 ms from its claim to its first turn, more on a busy machine. */
const newcomerLimitMs = 1_000;
/** Time for taking a fault off again that could not be armed everywhere. */
const cleanUpMs = 5_000;

export interface AgentHubOptions {
  /** Faults are armed before any agent is there. */
  readonly comesLater: boolean;
}

/** The controller of the agents in a target. It keeps no process alive but while it is asked. */
export class AgentHub implements AgentLink, AsyncDisposable {
  readonly directory: string;
  readonly #files: AgentFiles;
  readonly #comesLater: boolean;
  readonly #agents = new AgentSet();
  readonly #faults = new Map<string, HeldFault>();
  /** Numbers of places that said hello, or will not. */
  readonly #met = new Set<number>();
  #listener: AgentListener | undefined;
  #renewals: NodeJS.Timeout | undefined;

  /**
   * Listens in a directory, which it makes and does not remove.
   *
   * @throws Error when it exists, or cannot be made or listened in
   */
  static async open(
    directory: string,
    facts: TargetFacts = {},
    { comesLater }: AgentHubOptions = { comesLater: false },
  ): Promise<AgentHub> {
    const files = await AgentFiles.make(directory, facts);
    const hub = new AgentHub(directory, files, comesLater);
    hub.#listener = await AgentListener.listen({
      path: agentSocketIn(directory),
      token: files.token,
      onAgent: (agent, armed) => hub.#welcome(agent, armed),
      onMessage: (agent, message) => hub.#take(agent, message),
    });
    return hub;
  }

  private constructor(directory: string, files: AgentFiles, comesLater: boolean) {
    this.directory = directory;
    this.#files = files;
    this.#comesLater = comesLater;
  }

  places(): readonly AgentPlace[] {
    return this.#agents.places();
  }

  async sites(signal: AbortSignal): Promise<readonly string[]> {
    const names = await this.#agents.askAll((agent) => agent.ask('sites', {}, signal));
    return [...new Set(names.flat())];
  }

  async arm<K extends AgentFaultKind>(
    id: string,
    fault: AgentFaults[K] & { readonly kind: K },
    fired: (decision: FiredDecision) => void,
    signal: AbortSignal,
  ): Promise<ArmedFault<K>> {
    if (!this.#comesLater) await this.#requirePlace(signal);
    const held = new HeldFault(id, fault, fired);
    this.#faults.set(id, held);
    try {
      await this.#files.renewLease();
      this.#renewals ??= setInterval(() => this.#renewAll(), renewEveryMs).unref();
      await this.#writeFaults();
      const armed = await this.#agents.askAll((agent) => this.#armIn(agent, held, signal));
      if (!this.#comesLater) await requireMatches(fault, armed, () => this.sites(signal));
      signal.throwIfAborted();
    } catch (error) {
      // Where that fails too, the lease ends it.
      await this.#disarm(held, timeoutSignal(cleanUpMs)).catch(() => undefined);
      throw error;
    }
    return {
      counts: async (countsSignal) => {
        await this.#agents.askAll((agent) => this.#renew(agent, countsSignal));
        return held.counts() as AgentCounts[K];
      },
      latestLeft: () => held.latestLeft() as AgentCounts[K] | null,
      disarm: (disarmSignal) => this.#disarm(held, disarmSignal),
    };
  }

  /**
   * Waits until an agent is there.
   *
   * @throws the signal's reason
   */
  awaitPlace(isMeant: (place: AgentPlace) => boolean, signal: AbortSignal): Promise<AgentPlace> {
    return this.#agents.awaitPlace(isMeant, signal);
  }

  /** Has all agents put everything back and hang up; resolves once they have, or are gone. */
  async leave(signal: AbortSignal): Promise<void> {
    const agents = [...this.#agents];
    await this.#agents.askAll((agent) => agent.ask('leave', {}, signal));
    await Promise.all(agents.map(({ ended }) => ended));
  }

  /** Hangs up: agents put everything back by themselves. */
  async [Symbol.asyncDispose](): Promise<void> {
    clearInterval(this.#renewals);
    this.#faults.clear();
    await this.#listener?.[Symbol.asyncDispose]();
    await this.#files[Symbol.asyncDispose]();
  }

  #welcome(agent: AgentConnection, armed: readonly string[]): void {
    const { number } = agent.place;
    this.#agents.add(agent);
    this.#met.add(number);
    void agent.ended.then(() => {
      for (const held of this.#faults.values()) held.left(number);
    });
    // What changed since it looked, or between its coming and its hello.
    for (const id of armed) {
      if (this.#faults.get(id)?.isOver !== false) agent.ask('disarm', { faultId: id }).catch(() => undefined);
    }
    for (const held of this.#faults.values()) {
      if (!held.isOver && !armed.includes(held.id)) this.#armLate(agent, held);
    }
  }

  #take(agent: AgentConnection, message: Extract<AgentMessage, { kind: 'fired' | 'seen' }>): void {
    const held = this.#faults.get(message.faultId);
    if (held === undefined) return;
    switch (message.kind) {
      case 'fired':
        for (const decision of message.decisions) held.fired(decision);
        held.saw(agent.place.number, message.counts);
        return;
      case 'seen': {
        const { number } = agent.place;
        held.saw(number, message.counts);
        if (message.why !== 'silence') {
          held.left(number);
          return;
        }
        // This process was stalled, and is back.
        held.paused(number);
        if (!held.isOver) this.#armLate(agent, held);
      }
    }
  }

  async #armIn(agent: AgentConnection, { id, fault }: HeldFault, signal?: AbortSignal): Promise<ArmedSites> {
    return agent.ask('arm', { faultId: id, fault }, signal);
  }

  /** A place that cannot be given the fault goes without: it is in others. */
  #armLate(agent: AgentConnection, held: HeldFault): void {
    this.#armIn(agent, held).catch(() => undefined);
  }

  async #disarm(held: HeldFault, signal: AbortSignal): Promise<void> {
    held.isOver = true;
    const askAll = () => this.#agents.askAll((agent) => agent.ask('disarm', { faultId: held.id }, signal));
    const tellNewcomers = async () => {
      await this.#writeFaults();
      await this.#meetNewcomers(signal);
    };
    // One does not wait for the other, nor fail for it.
    const [asked, told] = await Promise.allSettled([askAll(), tellNewcomers()]);
    if (asked.status === 'rejected') throw asked.reason;
    if (told.status === 'rejected') throw told.reason;
    await askAll();
    this.#faults.delete(held.id);
    if (this.#faults.size > 0) return;
    clearInterval(this.#renewals);
    this.#renewals = undefined;
  }

  /** Threads that found a fault armed just before it was taken off say hello in a moment. */
  async #meetNewcomers(signal: AbortSignal): Promise<void> {
    const patience = AbortSignal.any([signal, timeoutSignal(newcomerLimitMs)]);
    for (const number of await unmetPlaces(this.directory, this.#met)) {
      await this.awaitPlace((place) => place.number === number, patience).catch(() => undefined);
      // One that did not come by then is not waited for again: it may have ended with its thread.
      this.#met.add(number);
    }
  }

  #writeFaults(): Promise<void> {
    const armed = [...this.#faults.values()].filter(({ isOver }) => !isOver);
    return this.#files.writeFaults(armed.map(({ id, fault }) => ({ id, fault })));
  }

  #renewAll(): void {
    void this.#files.renewLease().catch(() => undefined);
    for (const agent of this.#agents) {
      // One that does not answer has the renewal before it, and will read both.
      if (agent.isAnswering) this.#renew(agent).catch(() => undefined);
    }
  }

  async #renew(agent: AgentConnection, signal?: AbortSignal): Promise<void> {
    const counts = await agent.ask('renew', {}, signal);
    for (const [id, seen] of Object.entries(counts)) this.#faults.get(id)?.saw(agent.place.number, seen);
  }

  async #requirePlace(signal: AbortSignal): Promise<void> {
    const patience = AbortSignal.any([signal, timeoutSignal(firstPlaceLimitMs)]);
    try {
      await this.awaitPlace(() => true, patience);
    } catch {
      signal.throwIfAborted();
      throw new ChaosError('INJECTION_FAILED', 'expected an agent in the target, there is none', {
        hint: 'it is loaded into Node processes that keep NODE_OPTIONS and CHAOSX_AGENT, and may read the agent directory',
      });
    }
  }
}
