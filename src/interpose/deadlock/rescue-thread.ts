import type fs from 'node:fs';
import type threads from 'node:worker_threads';

/** The words that a blocked thread and its rescuer share, by their place. */
export const rescueWords = {
  /** `heldWord`, `overWord` or `breatheWord`: what the blocked thread waits at. */
  word: 0,
  /** Not 0: the rescuer ends. */
  stop: 1,
  /** Not 0: the thread is blocked now, and wants to turn when a signal comes. */
  blocked: 2,
  /** Not 0: the rescuer cannot see signals. */
  blind: 3,
  /** Counted up by the thread before it is blocked: signals from now on are to be seen. */
  asked: 4,
  /** The last of these that the rescuer has heard. */
  heard: 5,
} as const;
/** Go on being blocked. */
export const heldWord = 0;
/** The fault is over. */
export const overWord = 1;
/** Let the loop turn for a moment: somebody has sent a signal, or arms another fault. */
export const breatheWord = 2;

/** What a rescuer watches over. */
export interface RescueData {
  readonly words: Int32Array;
  /** The fault is over after so many ms, */
  readonly activeMs: number;
  /** at this time of the wall clock, */
  readonly expiresAt: number;
  /** and, in an agent, when its controller is silent or holds the fault no longer. */
  readonly lease: RescueLease | null;
  /** Signals to this process, which the blocked thread cannot hear, are looked out for. */
  readonly forSignals: boolean;
}

/** How an agent's controller is heard of by files alone. */
export interface RescueLease {
  /** Its time of change is renewed, */
  readonly leaseFile: string;
  readonly leaseMs: number;
  /** and this lists the faults that are armed, */
  readonly factsFile: string;
  /** with this one among them. */
  readonly faultId: string;
}

/**
 * The body of a rescuer's thread: its source is what runs there, so that it refers to nothing outside of it.
 *
 * Signals are seen by what their handlers do: in whichever thread they run, libuv's write 17 bytes to pipes. Threads that
 * have nothing to do write no more than 8 bytes to an eventfd now and then, by which V8 asks the loop for a turn. Linux counts what each thread writes.
 * A thread of the program that writes as little as a handler does costs a turn of the loop.
 */
export function watchOver(load: NodeJS.Require): void {
  const { workerData, parentPort } = load('node:worker_threads') as typeof threads;
  const { readdirSync, readFileSync, statSync } = load('node:fs') as typeof fs;
  const { words, activeMs, expiresAt, lease, forSignals } = workerData as RescueData;
  const word: number = 0;
  const stop: number = 1;
  const blocked: number = 2;
  const blind: number = 3;
  const asked: number = 4;
  const heard: number = 5;
  const [held, over, breathe] = [0, 1, 2] as const;
  const lookEveryMs = 10;
  const looksForSignals = 4;
  const mostOfHandlers = 128;
  const startedMs = performance.now();

  let facts = '';
  let isListed = false;
  /** Something is said to the agent that it cannot hear. */
  let isSpokenTo = false;
  const isHeld = ({ leaseFile, leaseMs, factsFile, faultId }: RescueLease) => {
    try {
      if (Date.now() - statSync(leaseFile).mtimeMs >= leaseMs) return false;
      const { ino, mtimeMs } = statSync(factsFile);
      const version = `${ino} ${mtimeMs}`;
      if (version === facts) return isListed;
      const { faults } = JSON.parse(readFileSync(factsFile, 'utf8')) as { faults: readonly { id: string }[] };
      isListed = faults.some(({ id }) => id === faultId);
      isSpokenTo = facts !== '';
      facts = version;
      return isListed;
    } catch {
      // Who cannot be heard of does not hold it.
      return false;
    }
  };
  const isOver = () =>
    performance.now() - startedMs >= activeMs ||
    Date.now() >= expiresAt ||
    (lease !== null && !isHeld(lease));
  const say = (what: number) => {
    Atomics.store(words, word, what);
    Atomics.notify(words, word);
  };

  let written = new Map<string, number>();
  const writtenNow = () => {
    const counts = new Map<string, number>();
    for (const thread of readdirSync('/proc/self/task')) {
      try {
        const io = readFileSync(`/proc/self/task/${thread}/io`, 'utf8');
        counts.set(thread, Number(/wchar: (\d+)/.exec(io)?.[1]));
      } catch {
        // It ended meanwhile, or nobody may see it.
      }
    }
    return counts;
  };
  /** Since the last time that it was asked. */
  const gotSignal = () => {
    const before = written;
    written = writtenNow();
    if (written.size === 0) Atomics.store(words, blind, 1);
    return [...written].some(([thread, count]) => {
      const more = count - (before.get(thread) ?? count);
      return more % 8 !== 0 && more <= mostOfHandlers;
    });
  };

  let isSignalled = false;
  const look = (times: number) => {
    const ask = Atomics.load(words, asked);
    if (ask !== Atomics.load(words, heard)) {
      gotSignal();
      isSignalled = false;
      Atomics.store(words, heard, ask);
      Atomics.notify(words, heard);
    } else if (times % looksForSignals === 0 && gotSignal()) isSignalled = true;
  };

  if (forSignals) gotSignal();
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a port between threads has no origin
  parentPort?.postMessage({ type: 'chaosxWatching' });
  for (let times = 1; Atomics.load(words, stop) === 0; times += 1) {
    Atomics.wait(words, stop, 0, lookEveryMs);
    if (isOver()) {
      say(over);
      return;
    }
    if (forSignals) look(times);
    const isCalled = isSignalled || isSpokenTo;
    if (!isCalled || Atomics.load(words, blocked) === 0 || Atomics.load(words, word) !== held) continue;
    isSignalled = false;
    isSpokenTo = false;
    say(breathe);
  }
}
