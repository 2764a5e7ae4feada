import { CallProgress } from '../interpose/call-progress.js';
import type { AgentFault } from '../model/agent-link.js';
import type { FiredDecision } from '../model/fault.js';
import { systemClock } from '../model/system-clock.js';
import { isLeaseFresh, type NamedFault } from './agent-directory.js';
import type { ArmedInPlace, ArmOptions } from './armed-in-place.js';
import type { HandlerCounter } from './modules/handler-counter.js';
import { LeaseWatch } from './lease-watch.js';
import type { AgentMessage, ArmedSites, DisarmReason, PlaceCounts } from './protocol.js';
import type { SiteSource } from './site-source.js';
import { setTimeout, clearTimeout } from '../model/real-timers.js';

/** Choices that took effect are told together, this long after the first of them: a runner of tests kills its workers at once. */
const tellAfterMs = 10;
/** Of more than these in that time, only the numbers are told. */
const mostTold = 400;
/** Beside the time that a fault is meant to be active: after that it goes even if its controller holds it. */
const slackMs = 60_000;

/** Makes a fault real in this thread, or leaves nothing of it and throws. */
export type ArmFault = (fault: AgentFault, options: ArmOptions) => ArmedInPlace;

export interface ArmedFaultsOptions {
  readonly directory: string;
  readonly place: number;
  readonly armFault: ArmFault;
  readonly sources: readonly SiteSource[];
  readonly handlers: HandlerCounter | null;
  readonly tell: (message: AgentMessage) => void;
}

interface Entry {
  readonly armed: ArmedInPlace;
  readonly untilMs: number;
  decisions: FiredDecision[];
}

/** The faults in this thread, all under one lease. */
export class ArmedFaults {
  readonly #options: ArmedFaultsOptions;
  readonly #entries = new Map<string, Entry>();
  /** Of those that are armed, or were put back only because their controller was silent. */
  readonly #progress = new Map<string, CallProgress>();
  readonly #lease = new LeaseWatch(() => this.#lapse(this.ids(), 'silence'));
  #telling: NodeJS.Timeout | undefined;

  constructor(options: ArmedFaultsOptions) {
    this.#options = options;
  }

  ids(): readonly string[] {
    return [...this.#entries.keys()];
  }

  /** @throws ChaosError as `armFault` */
  arm(faultId: string, fault: AgentFault): ArmedSites {
    const known = this.#entries.get(faultId);
    if (known !== undefined) return known.armed.sites;
    const { directory, place, armFault, sources, handlers } = this.#options;
    const progress = this.#progress.get(faultId) ?? new CallProgress();
    // What takes effect while it is being armed: state is corrupted then.
    const atOnce: FiredDecision[] = [];
    const armed = armFault(fault, {
      place,
      sources,
      handlers,
      progress,
      fired: (decision) => {
        if (this.#entries.has(faultId)) this.#fired(faultId, decision);
        else atOnce.push(decision);
      },
      isRevoked: () => !isLeaseFresh(directory),
      directory,
      faultId,
    });
    // Before the session's own listener, which sees to it that it is heard.
    if (this.#entries.size === 0) process.prependListener('exit', this.#tellAll);
    const untilMs = systemClock.nowMs() + fault.activeMs + slackMs;
    this.#entries.set(faultId, { armed, untilMs, decisions: [] });
    for (const decision of atOnce) this.#fired(faultId, decision);
    this.#progress.set(faultId, progress);
    this.#lease.start();
    return armed.sites;
  }

  /** Those that are found armed when this thread comes; one that cannot be made here is left out. */
  armFound(faults: readonly NamedFault[]): void {
    for (const { id, fault } of faults) {
      try {
        this.arm(id, fault);
      } catch {
        // The controller asks for it once more, and is answered why not.
      }
    }
  }

  /** @throws ChaosError UNDO_FAILED when something does not let itself be put back */
  disarm(faultId: string, why: DisarmReason = 'asked'): void {
    const entry = this.#entries.get(faultId);
    if (entry === undefined) {
      this.#progress.delete(faultId);
      return;
    }
    // Where that fails it may be tried again.
    entry.armed.disarm();
    this.#tellSeen(faultId, entry, why);
    this.#entries.delete(faultId);
    if (why !== 'silence') this.#progress.delete(faultId);
    if (this.#entries.size === 0) this.#rest();
  }

  disarmAll(): void {
    this.#lapse(this.ids(), 'asked');
  }

  /** The controller was heard of; answers what the faults have seen. */
  renew(): Readonly<Record<string, PlaceCounts>> {
    this.#lease.renew();
    const nowMs = systemClock.nowMs();
    const expired = [...this.#entries].flatMap(([id, { untilMs }]) => (untilMs < nowMs ? [id] : []));
    this.#lapse(expired, 'expired');
    this.#tellDecisions();
    return Object.fromEntries([...this.#entries].map(([id, { armed }]) => [id, armed.counts()]));
  }

  /** What does not let itself be put back passes every call on: there is nobody to tell. */
  #lapse(faultIds: readonly string[], why: DisarmReason): void {
    for (const faultId of faultIds) {
      try {
        this.disarm(faultId, why);
      } catch {
        // As above.
      }
    }
  }

  #rest(): void {
    this.#lease.stop();
    clearTimeout(this.#telling);
    this.#telling = undefined;
    process.off('exit', this.#tellAll);
  }

  #fired(faultId: string, decision: FiredDecision): void {
    const decisions = this.#entries.get(faultId)?.decisions;
    if (decisions === undefined || decisions.length >= mostTold) return;
    decisions.push(decision);
    this.#telling ??= setTimeout(() => this.#tellDecisions(), tellAfterMs).unref();
  }

  #tellDecisions(): void {
    clearTimeout(this.#telling);
    this.#telling = undefined;
    for (const [faultId, entry] of this.#entries) {
      const { decisions } = entry;
      entry.decisions = [];
      if (decisions.length === 0) continue;
      // With what was seen by then: a thread that is killed tells nothing when it ends.
      this.#options.tell({ kind: 'fired', faultId, decisions, counts: entry.armed.counts() });
    }
  }

  #tellSeen(faultId: string, { armed }: Entry, why: DisarmReason): void {
    this.#tellDecisions();
    this.#options.tell({ kind: 'seen', faultId, counts: armed.counts(), why });
  }

  /** A thread that ends takes with it what it has not told. */
  readonly #tellAll = (): void => {
    for (const [faultId, entry] of this.#entries) this.#tellSeen(faultId, entry, 'thread-ends');
  };
}
