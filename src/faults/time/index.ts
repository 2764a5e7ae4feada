import type { Fault } from '../../model/fault.js';
import { driftByPreload, skewByPreload } from './clocks-by-preload.js';
import { clocksInAgent } from './clocks-in-agent.js';
import { clocksOfThisProcess } from './clocks-of-this-process.js';

/** The faults on clocks. */
export const timeFaults: readonly Fault[] = [
  clocksOfThisProcess('TIME_SKEW'),
  clocksOfThisProcess('CLOCK_DRIFT'),
  clocksInAgent('TIME_SKEW'),
  clocksInAgent('CLOCK_DRIFT'),
  skewByPreload,
  driftByPreload,
];
