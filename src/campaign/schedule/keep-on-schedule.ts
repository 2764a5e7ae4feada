import type { Clock } from '../../model/clock.js';
import { decisions } from '../../model/decide.js';
import { nextTime } from './next-time.js';
import type { CronSchedule } from './parse-cron.js';

export interface KeepOptions {
  readonly schedule: CronSchedule;
  readonly timeZone: string;
  /** Each start is late by up to this, so that many machines do not all start at once. */
  readonly jitterMs: number;
  readonly seed: number;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  /** Told when the next start is. */
  readonly onNext: (startMs: number) => void;
  /** Told of times that were not kept, because a run was still going or the machine slept. */
  readonly onMissed: (dueMs: readonly number[]) => void;
  readonly run: () => Promise<void>;
}

/** The wall clock may be set, and a machine may sleep: looked at again this often. */
const longestSleepMs = 60_000;
/** More are not named. */
const mostMissed = 1_000;

/** Runs at each time that is due, one run at a time, until the signal or the end of the schedule. */
export async function keepOnSchedule(options: KeepOptions): Promise<void> {
  const { schedule, timeZone, jitterMs, seed, clock, signal, onNext, onMissed, run } = options;
  const late = decisions(seed).at('schedule', 'jitter');
  let afterMs = clock.wallMs();
  for (;;) {
    const dueMs = nextTime(schedule, timeZone, afterMs);
    if (dueMs === null || signal.aborted) return;
    const startMs = dueMs + Math.floor(late(Math.floor(dueMs / 60_000)) * jitterMs);
    onNext(startMs);
    await sleepUntil(startMs, clock, signal);
    if (signal.aborted) return;
    await run();
    afterMs = Math.max(dueMs, clock.wallMs());
    const missed = timesBetween(schedule, timeZone, dueMs, afterMs);
    if (missed.length > 0 && !signal.aborted) onMissed(missed);
  }
}

async function sleepUntil(wallMs: number, clock: Clock, signal: AbortSignal): Promise<void> {
  while (!signal.aborted && clock.wallMs() < wallMs) {
    // An abort ends the sleep, and with it the loop.
    await clock.sleep(Math.min(longestSleepMs, wallMs - clock.wallMs()), signal).catch((error: unknown) => {
      if (!signal.aborted) throw error;
    });
  }
}

function timesBetween(
  schedule: CronSchedule,
  timeZone: string,
  fromMs: number,
  toMs: number,
): readonly number[] {
  const times: number[] = [];
  let at = nextTime(schedule, timeZone, fromMs);
  while (at !== null && at <= toMs && times.length < mostMissed) {
    times.push(at);
    at = nextTime(schedule, timeZone, at);
  }
  return times;
}
