import type { Fault } from '../model/fault.js';
import { applicationFaults } from './application/index.js';
import { networkFaults } from './network/index.js';
import { resourceFaults } from './resource/index.js';
import { stateFaults } from './state/index.js';
import { timeFaults } from './time/index.js';

/** Every fault, in order of preference where several make the same scenario. */
export const allFaults: readonly Fault[] = [
  ...applicationFaults,
  ...networkFaults,
  ...resourceFaults,
  ...stateFaults,
  ...timeFaults,
];
