import type { ClockChange, ClockName } from '../../model/clock-change.js';
import { lastDateMs } from '../../model/date-range.js';
import { formatMs, toMs } from '../../model/duration.js';
import type { ClockDriftParameters, TimeSkewParameters } from '../../model/scenario-parameters.js';
import type { Scenario } from '../../model/scenario.js';
import { signedMs } from '../../model/signed-ms.js';

export type TimeScenarioType = 'TIME_SKEW' | 'CLOCK_DRIFT';

/** What a scenario makes of clocks. */
export interface ClockEffect {
  readonly change: ClockChange;
  readonly clocks: readonly ClockName[];
  /** In words: `the wall clock jumps by 1 h`. */
  readonly text: string;
  /** By how much the wall clock is off while it is wrong; null where it is told by its speed. */
  readonly offsetMs: number | null;
  /** How fast the clocks go that are told by their speed. */
  readonly rate: number;
}

export function clockEffect({ scenarioType, parameters }: Scenario<TimeScenarioType>): ClockEffect {
  // Its type says which parameters it has.
  return scenarioType === 'TIME_SKEW'
    ? skewEffect(parameters as TimeSkewParameters)
    : driftEffect(parameters as ClockDriftParameters);
}

/** Where the wall clock would be beyond what a date can hold before the fault is over, in words; else null. */
export function overflowOf(scenario: Scenario<TimeScenarioType>, wallMs: number): string | null {
  const activeMs = toMs(scenario.duration);
  const { change, rate } = clockEffect(scenario);
  if (change.wall === undefined) return null;
  const furthestMs = wallMs + furthest(change.wall, activeMs, rate);
  if (Math.abs(furthestMs) <= lastDateMs) return null;
  return `the clock would leave what a date can hold (about 271,821 BC to 275,760 AD) within ${formatMs(activeMs)}: choose a smaller offset, or jumps further apart`;
}

function furthest(course: NonNullable<ClockChange['wall']>, activeMs: number, rate: number): number {
  switch (course.mode) {
    case 'offset':
    case 'strobe':
      return course.offsetMs;
    case 'step':
      return course.offsetMs * (1 + Math.floor(activeMs / course.everyMs));
    case 'freeze':
      return 0;
    case 'rate':
      return activeMs * rate;
  }
}

function skewEffect({ offset, mode, every }: TimeSkewParameters): ClockEffect {
  const offsetMs = signedMs(offset);
  const everyMs = toMs(every);
  const by = `${formatMs(Math.abs(offsetMs))} ${offsetMs < 0 ? 'back' : 'ahead'}`;
  const clocks = ['wall'] as const;
  switch (mode) {
    case 'offset':
      return { change: { wall: { mode, offsetMs } }, clocks, text: `wall clock ${by}`, offsetMs, rate: 1 };
    case 'step':
      return {
        change: { wall: { mode, offsetMs, everyMs } },
        clocks,
        text: `wall clock jumps ${by} every ${formatMs(everyMs)}`,
        offsetMs,
        rate: 1,
      };
    case 'strobe':
      return {
        change: { wall: { mode, offsetMs, everyMs } },
        clocks,
        text: `wall clock ${by} and right again, ${formatMs(everyMs)} each`,
        offsetMs,
        rate: 1,
      };
    case 'freeze':
      return { change: { wall: { mode } }, clocks, text: 'wall clock stands still', offsetMs: null, rate: 0 };
  }
}

function driftEffect({ rate, clocks }: ClockDriftParameters): ClockEffect {
  const has = (clock: ClockName) => clocks.includes(clock);
  return {
    change: {
      ...(has('wall') && { wall: { mode: 'rate', rate } as const }),
      ...(has('monotonic') && { monotonicRate: rate }),
      ...(has('timers') && { timersRate: rate }),
    },
    clocks,
    text: `${clocks.join(', ')} at ${rate} times real speed`,
    offsetMs: null,
    rate,
  };
}
