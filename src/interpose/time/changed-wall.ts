import type { WallCourse } from '../../model/clock-change.js';
import { type CourseStart, onCourse } from './wall-course.js';

/** The clocks of the platform, as they are without us. */
export interface RealClocks {
  /** Whole milliseconds since the Unix epoch. */
  readonly wallMs: () => number;
  /** On a monotonic clock. */
  readonly nowMs: () => number;
}

interface Layer {
  readonly course: WallCourse;
  readonly start: CourseStart;
}

/** A wall clock on several courses, each on top of those that were there before it. */
export class ChangedWall {
  readonly #real: RealClocks;
  #layers: readonly Layer[] = [];
  /** Reads it, in whole milliseconds. Replaced with each change: as short a way as its courses allow. */
  now: () => number;

  constructor(real: RealClocks) {
    this.#real = real;
    this.now = real.wallMs;
  }

  /** @returns takes the course off again; idempotent */
  follow(course: WallCourse): () => void {
    const { nowMs } = this.#real;
    const layer = { course, start: { wallMs: this.now(), nowMs: nowMs() } };
    this.#set([...this.#layers, layer]);
    return () => this.#set(this.#layers.filter((other) => other !== layer));
  }

  #set(layers: readonly Layer[]): void {
    this.#layers = layers;
    const { wallMs, nowMs } = this.#real;
    const offsets = layers.flatMap(({ course }) => (course.mode === 'offset' ? [course.offsetMs] : []));
    if (offsets.length === layers.length) {
      const offsetMs = offsets.reduce((sum, offset) => sum + offset, 0);
      this.now = offsetMs === 0 ? wallMs : () => wallMs() + offsetMs;
    } else {
      // Finer than milliseconds: at ten times the speed, whole ones would come ten at a time.
      const fineMs = layers.some(({ course }) => course.mode === 'rate') ? wallMs() - nowMs() : null;
      this.now = () => {
        const atMs = nowMs();
        let reads = fineMs === null ? wallMs() : atMs + fineMs;
        for (const { course, start } of layers) reads = onCourse(course, start, reads, atMs);
        return Math.floor(reads);
      };
    }
  }
}
