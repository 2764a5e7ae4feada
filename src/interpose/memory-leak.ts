import type { MemoryPlace, OwnLeak } from '../model/scenario-parameters.js';
import { systemClock } from '../model/system-clock.js';
import { availableHeap, availableMemory } from './free-memory.js';
import { HeldMemory } from './held-memory.js';
import { setInterval, clearInterval } from '../model/real-timers.js';

const megabyte = 1_048_576;
const stepMs = 100;
/** The leak stops before the machine does: this much stays available. */
const floorBytes = 256 * megabyte;
/** A leak in the heap stops before V8 ends the process: this share of its limit stays free. */
const heapFloorShare = 0.25;

/** Memory of this process that grows. */
export interface MemoryLeak {
  readonly heldBytes: number;
  /** What it stopped at before its limit; null while it goes on, and at its limit. */
  readonly stoppedAt: string | null;
  /** Ends it and gives everything back. Idempotent. */
  release(): void;
}

/** Begins to take memory at a rate, up to a limit or until little is left. It does not keep the process alive. */
export function startLeak({ rateMbPerSecond, limitMb, place }: OwnLeak): MemoryLeak {
  const limitBytes = Math.ceil(limitMb * megabyte);
  const held = new HeldMemory(place);
  const startedAtMs = systemClock.nowMs();
  let stoppedAt: string | null = null;
  const grow = () => {
    // By the clock and not by the step: a late timer does not slow the leak.
    const dueMb = (rateMbPerSecond * (systemClock.nowMs() - startedAtMs)) / 1_000;
    const bytes = Math.min(limitBytes, Math.ceil(dueMb * megabyte)) - held.bytes;
    stoppedAt = floorReachedBy(bytes, place);
    if (stoppedAt === null) {
      try {
        held.grow(bytes);
      } catch (error) {
        stoppedAt = `what the process is given (${String(error)})`;
      }
    }
    if (stoppedAt !== null || held.bytes >= limitBytes) clearInterval(timer);
  };
  const timer = setInterval(grow, stepMs).unref();
  return {
    get heldBytes() {
      return held.bytes;
    },
    get stoppedAt() {
      return stoppedAt;
    },
    release() {
      clearInterval(timer);
      held.release();
    },
  };
}

function floorReachedBy(bytes: number, place: MemoryPlace): string | null {
  if (availableMemory() - bytes < floorBytes) return 'the last 256 MB of the machine';
  const heap = availableHeap();
  if (place !== 'heap' || heap.bytes - bytes >= heapFloorShare * heap.limitBytes) return null;
  return `the last quarter of its heap of ${Math.round(heap.limitBytes / megabyte)} MB`;
}
