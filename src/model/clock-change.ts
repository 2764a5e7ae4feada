/** A clock that a program reads, or waits by. */
export type ClockName = 'wall' | 'monotonic' | 'timers';

/** How a wall clock goes wrong, from the moment of its change on. Lengths of time are real ones. */
export type WallCourse =
  /** It jumps once and goes on. */
  | { readonly mode: 'offset'; readonly offsetMs: number }
  /** It jumps again by as much after each `everyMs`; the first jump comes at once. */
  | { readonly mode: 'step'; readonly offsetMs: number; readonly everyMs: number }
  /** It stands still. */
  | { readonly mode: 'freeze' }
  /** It jumps there and back: wrong for `everyMs`, right for `everyMs`. */
  | { readonly mode: 'strobe'; readonly offsetMs: number; readonly everyMs: number }
  /** It goes `rate` times as fast. */
  | { readonly mode: 'rate'; readonly rate: number };

/** What becomes of the clocks that a program sees; those that are not named stay as they are. Plain JSON. */
export interface ClockChange {
  readonly wall?: WallCourse;
  /** Speed against real time, above 0. */
  readonly monotonicRate?: number;
  /** Speed of the clock by which timers come due, above 0: at 2 they come in half the time. */
  readonly timersRate?: number;
}

/**
 * What was seen of the clocks of threads, summed over them. Differences are those of what the program reads by its own names to
 * the real clock, at that moment.
 */
export interface ClockSight {
  /** Threads whose clocks are changed now. */
  readonly inPlace: number;
  /** Those among them whose clocks something else has changed, too. */
  readonly shared: number;
  readonly wallAheadMs: number;
  /** Before the change. */
  readonly wallAheadBeforeMs: number;
  readonly monotonicAheadMs: number;
  /** Of the real clocks. */
  readonly realWallMs: number;
  readonly realNowMs: number;
  /** How fast a timer came, against real time: of as many threads as `timersSeen`. */
  readonly timerSpeed: number;
  readonly timersSeen: number;
  /** By the program, since the change. */
  readonly wallReads: number;
  readonly monotonicReads: number;
  readonly timersSet: number;
  /** Exports of modules that hold a function of a clock from before. */
  readonly keptFromBefore: number;
  /** Threads in which our functions were in place before the program's own code. */
  readonly stoodBy: number;
}
