import type { Fault } from '../../model/fault.js';
import { raceCondition, raceConditionInAgent } from './race-condition.js';
import { stateCorruption, stateCorruptionInAgent } from './state-corruption.js';

/** The faults on data. */
export const stateFaults: readonly Fault[] = [
  stateCorruption,
  stateCorruptionInAgent,
  raceCondition,
  raceConditionInAgent,
];
