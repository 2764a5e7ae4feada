import type { Way } from '../connection.js';

/** What went one way. */
interface WayCounters {
  /** Datagrams that the proxy read. */
  received: number;
  /** Datagrams that it gave to the kernel, copies included. */
  sent: number;
  receivedBytes: number;
  sentBytes: number;
  /** Copies that toxics made. */
  copies: number;
  /** Dropped by a toxic. */
  lostByToxics: number;
  /** Dropped because too much was held, or the kernel did not take it: overload, not injected. */
  lostByOverload: number;
  /** The kernel refused to send it: nobody listens there, or it is too long. Not injected either. */
  undeliverable: number;
  /** Dropped with its session or proxy, which was closed or disabled meanwhile. */
  abandoned: number;
}

const zeros: WayCounters = {
  received: 0,
  sent: 0,
  receivedBytes: 0,
  sentBytes: 0,
  copies: 0,
  lostByToxics: 0,
  lostByOverload: 0,
  undeliverable: 0,
  abandoned: 0,
};

/** What one toxic acted on. */
interface ToxicTally {
  sessions: number;
  datagrams: number;
  lost: number;
  readonly seen: WeakSet<object>;
}

/** What passed a UDP proxy, and what did not and why. */
export class UdpCounters {
  sessions = 0;
  /** Of clients for which there was no room: overload as well. */
  lostWithoutSession = 0;
  /** Dropped by the kernel at sockets that are closed by now. */
  kernelDrops = 0;
  readonly ways: Readonly<Record<Way, WayCounters>> = {
    'from-target': { ...zeros },
    'to-target': { ...zeros },
  };
  readonly #byToxic = new Map<string, ToxicTally>();

  count(toxic: string, session: object, isLost: boolean): void {
    const tally = this.#tallyOf(toxic);
    tally.datagrams += 1;
    if (isLost) tally.lost += 1;
    if (tally.seen.has(session)) return;
    tally.seen.add(session);
    tally.sessions += 1;
  }

  get byToxic(): UdpStats['byToxic'] {
    return Object.fromEntries(
      [...this.#byToxic].map(([name, { sessions, datagrams, lost }]) => [
        name,
        { sessions, datagrams, lost },
      ]),
    );
  }

  #tallyOf(toxic: string): ToxicTally {
    let tally = this.#byToxic.get(toxic);
    if (tally === undefined) {
      tally = { sessions: 0, datagrams: 0, lost: 0, seen: new WeakSet() };
      this.#byToxic.set(toxic, tally);
    }
    return tally;
  }
}

export type UdpWayStats = Readonly<WayCounters>;

/** What passed a UDP proxy since it was made. */
export interface UdpStats {
  readonly sessions: number;
  readonly openSessions: number;
  /** From clients to the upstream. */
  readonly upstream: UdpWayStats;
  /** From the upstream to clients. */
  readonly downstream: UdpWayStats;
  /** Held by toxics now. */
  readonly held: number;
  /** Lost by toxics, both ways: what was asked for. */
  readonly injectedLoss: number;
  /**
   * Lost because more came than could be taken, both ways: what nobody asked for. `kernel` are those that the kernel
   * dropped before the proxy could read them; null where it does not tell.
   */
  readonly overloadLoss: {
    readonly total: number;
    readonly queue: number;
    readonly withoutSession: number;
    readonly kernel: number | null;
  };
  /** Kept when a toxic is removed. */
  readonly byToxic: Readonly<
    Record<string, { readonly sessions: number; readonly datagrams: number; readonly lost: number }>
  >;
}
