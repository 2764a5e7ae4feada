/** The words that a blocked thread and its rescuer share, by their place. */
export const rescueWords = {
  /** `heldWord`, `overWord` or `breatheWord`: what the blocked thread waits at. */
  word: 0,
  /** Not 0: the rescuer ends. */
  stop: 1,
  /** Not 0: the thread is blocked now. */
  blocked: 2,
  /** Writes that the blocked thread had made when it was blocked, as `countWrites` gives them; -1: unknown. */
  writes: 3,
} as const;
/** Go on being blocked. */
export const heldWord = 0;
/** The fault is over. */
export const overWord = 1;
/** Let the loop turn for a moment: somebody may have sent a signal. */
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
 * Signals are seen by what their handlers do: libuv's write to a pipe, and a thread that waits or spins writes nothing
 * else. Linux counts the writes of each thread.
 */
export function watchOver(load: NodeJS.Require): void {
  const { workerData, parentPort } = load('node:worker_threads') as typeof import('node:worker_threads');
  const { readFileSync, statSync } = load('node:fs') as typeof import('node:fs');
  const { words, activeMs, expiresAt, lease, forSignals } = workerData as RescueData;
  const [word, stop, blocked, writes] = [0, 1, 2, 3];
  const [held, over, breathe] = [0, 1, 2];
  const lookEveryMs = 10;
  const startedMs = performance.now();

  const isHeld = ({ leaseFile, leaseMs, factsFile, faultId }: RescueLease) => {
    try {
      if (Date.now() - statSync(leaseFile).mtimeMs >= leaseMs) return false;
      const facts = JSON.parse(readFileSync(factsFile, 'utf8')) as { faults: readonly { id: string }[] };
      return facts.faults.some(({ id }) => id === faultId);
    } catch {
      // Who cannot be heard of does not hold it.
      return false;
    }
  };
  const isOver = () =>
    performance.now() - startedMs >= activeMs ||
    Date.now() >= expiresAt ||
    (lease !== null && !isHeld(lease));
  const gotSignal = () => {
    if (!forSignals || Atomics.load(words, blocked as number) === 0 || words[writes] === -1) return false;
    const counts = readFileSync(`/proc/self/task/${process.pid}/io`, 'utf8');
    return (Number(/syscw: (\d+)/.exec(counts)?.[1]) & 0x7fff_ffff) !== words[writes];
  };
  const say = (what: number) => {
    Atomics.store(words, word as number, what);
    Atomics.notify(words, word as number);
  };

  parentPort?.postMessage('watching');
  while (Atomics.load(words, stop as number) === 0) {
    Atomics.wait(words, stop as number, 0, lookEveryMs);
    if (isOver()) {
      say(over as number);
      return;
    }
    if (gotSignal() && words[word as number] === held) say(breathe as number);
  }
}
