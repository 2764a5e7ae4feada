import { type CourseStart, onCourse } from '../../interpose/time/wall-course.js';
import type { WallCourse } from '../../model/clock-change.js';
import type { Clock } from '../../model/clock.js';
import { realClock, setFakedClock } from '../../undo/faked-clock.js';

/** A clock that goes at another speed is set so often. */
const setEveryMs = 100;

interface Course {
  readonly course: WallCourse;
  readonly start: CourseStart;
}

/** Has the preloaded clock of a target show what all faults on it make of it together. */
export class ClockWriter {
  static readonly #writers = new Map<string, ClockWriter>();
  readonly #directory: string;
  readonly #clock: Clock;
  readonly #courses = new Set<Course>();
  #written: Promise<void> = Promise.resolve();
  #pause = new AbortController();

  private constructor(directory: string, clock: Clock) {
    this.#directory = directory;
    this.#clock = clock;
  }

  /** The one writer of a directory in this process. */
  static of(directory: string, clock: Clock): ClockWriter {
    const known = ClockWriter.#writers.get(directory) ?? new ClockWriter(directory, clock);
    ClockWriter.#writers.set(directory, known);
    return known;
  }

  /**
   * Sets the clock on a course, on top of those that it is on; resolves once programs read it.
   *
   * @returns takes it off again; idempotent
   */
  async add(course: WallCourse): Promise<() => Promise<void>> {
    const one = { course, start: { wallMs: this.#clock.wallMs(), nowMs: this.#clock.nowMs() } };
    this.#courses.add(one);
    await this.#write();
    this.#follow();
    return async () => {
      this.#courses.delete(one);
      if (this.#courses.size === 0) {
        this.#pause.abort();
        ClockWriter.#writers.delete(this.#directory);
      }
      await this.#write();
    };
  }

  /** One write after the other: they share a file. */
  #write(): Promise<void> {
    const writing = this.#written.then(() => setFakedClock(this.#directory, this.#text()));
    this.#written = writing.catch(() => undefined);
    return writing;
  }

  #text(): string {
    if (this.#courses.size === 0) return realClock;
    const [wallMs, nowMs] = [this.#clock.wallMs(), this.#clock.nowMs()];
    let shownMs = wallMs;
    for (const { course, start } of this.#courses) shownMs = onCourse(course, start, shownMs, nowMs);
    const standsStill = [...this.#courses].some(({ course }) => course.mode === 'freeze');
    if (standsStill) return String(Math.round(shownMs / 1_000));
    const aheadMs = shownMs - wallMs;
    return `${aheadMs < 0 ? '-' : '+'}${(Math.abs(aheadMs) / 1_000).toFixed(3)}`;
  }

  /** Until no course needs it any more; begins anew with each that comes. */
  #follow(): void {
    this.#pause.abort();
    const pause = new AbortController();
    this.#pause = pause;
    const run = async () => {
      for (;;) {
        const nextMs = this.#untilNextMs();
        if (nextMs === null) return;
        await this.#clock.sleep(nextMs, pause.signal);
        await this.#write();
      }
    };
    void run().catch(() => undefined);
  }

  /** null: the clock stays on its course by itself. */
  #untilNextMs(): number | null {
    const nowMs = this.#clock.nowMs();
    const waits = [...this.#courses].flatMap(({ course, start }) => {
      switch (course.mode) {
        case 'offset':
        case 'freeze':
          return [];
        case 'rate':
          return [setEveryMs];
        case 'step':
        case 'strobe':
          return [course.everyMs - ((nowMs - start.nowMs) % course.everyMs)];
      }
    });
    return waits.length === 0 ? null : Math.min(...waits);
  }
}
