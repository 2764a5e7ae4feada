import type { Fault } from '../../model/fault.js';
import { clocksOfThisProcess } from './clocks-of-this-process.js';

/** The faults on clocks. */
export const timeFaults: readonly Fault[] = [
  clocksOfThisProcess('TIME_SKEW'),
  clocksOfThisProcess('CLOCK_DRIFT'),
];
