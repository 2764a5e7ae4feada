import type { Probe } from '../model/probe.js';

/** What a prober decided for one tick; times in ms since the run's start. */
export interface Decision {
  readonly probe: string;
  readonly ok: boolean;
  readonly intendedAt: number;
  readonly detail?: string;
}

interface Streak {
  readonly everyMs: number;
  /** Intended start of the latest failed tick. */
  failedAt: number;
  /** Intended starts of the first and latest passed ticks after it. */
  since: number | null;
  latest: number;
  detail: string | undefined;
}

/**
 * Does the system hold its steady state, and since when?
 * Decisions may come out of order: a tick that started early may fail after later ones passed.
 */
export class SteadyState {
  readonly #streaks: ReadonlyMap<string, Streak>;

  constructor(probes: readonly Probe[]) {
    this.#streaks = new Map(
      probes.map(({ name, everyMs }) => [
        name,
        {
          everyMs,
          failedAt: Number.NEGATIVE_INFINITY,
          since: null,
          latest: Number.NEGATIVE_INFINITY,
          detail: undefined,
        },
      ]),
    );
  }

  decide({ probe, ok, intendedAt, detail }: Decision): void {
    const streak = this.#streaks.get(probe);
    if (streak === undefined) return;
    if (ok) {
      if (intendedAt <= streak.failedAt) return;
      streak.since = Math.min(streak.since ?? intendedAt, intendedAt);
      streak.latest = Math.max(streak.latest, intendedAt);
      return;
    }
    if (intendedAt <= streak.failedAt) return;
    streak.failedAt = intendedAt;
    streak.detail = detail;
    // Passed ticks after this one still stand; the first of them is not known, so the latest counts.
    if (streak.since !== null && streak.since <= intendedAt) {
      streak.since = streak.latest > intendedAt ? streak.latest : null;
    }
  }

  /** The first probe that failed a tick so far, with what it saw; null when none did. */
  failure(): { readonly probe: string; readonly detail: string } | null {
    for (const [probe, streak] of this.#streaks) {
      if (Number.isFinite(streak.failedAt)) return { probe, detail: streak.detail ?? 'failed' };
    }
    return null;
  }

  /** Probes that no tick was decided for yet. */
  undecided(): readonly string[] {
    return [...this.#streaks]
      .filter(([, { latest, failedAt }]) => !Number.isFinite(latest) && !Number.isFinite(failedAt))
      .map(([probe]) => probe);
  }

  /**
   * Since when all probes have held, not counting what was before `from`; null while they do not, or while no tick of
   * the last stretch of `holdMs` was seen to pass (a hanging system holds nothing).
   */
  heldSince(from: number, holdMs: number): number | null {
    let since = from;
    for (const streak of this.#streaks.values()) {
      if (streak.since === null || streak.latest < from) return null;
      since = Math.max(since, streak.since);
    }
    for (const { latest, everyMs } of this.#streaks.values()) {
      if (latest < since + holdMs - everyMs) return null;
    }
    return since;
  }
}
