import type { WallCourse } from '../../model/clock-change.js';

/** Where a course began. */
export interface CourseStart {
  /** What the wall clock below it read. */
  readonly wallMs: number;
  /** On the monotonic clock. */
  readonly nowMs: number;
}

/**
 * What a wall clock on this course reads, unrounded.
 *
 * @param wallMs - what the clock below it reads
 * @param nowMs - on the real monotonic clock
 */
export function onCourse(course: WallCourse, start: CourseStart, wallMs: number, nowMs: number): number {
  switch (course.mode) {
    case 'offset':
      return wallMs + course.offsetMs;
    case 'step':
      return wallMs + course.offsetMs * (1 + periods(course.everyMs, start, nowMs));
    case 'freeze':
      return start.wallMs;
    case 'strobe':
      return periods(course.everyMs, start, nowMs) % 2 === 0 ? wallMs + course.offsetMs : wallMs;
    case 'rate':
      return start.wallMs + (wallMs - start.wallMs) * course.rate;
  }
}

function periods(everyMs: number, start: CourseStart, nowMs: number): number {
  return Math.floor((nowMs - start.nowMs) / everyMs);
}
