import type { Fault } from '../../model/fault.js';
import { stateCorruptionInAgent } from './state-corruption-in-agent.js';
import { stateCorruption } from './state-corruption.js';

/** The faults on data. */
export const stateFaults: readonly Fault[] = [stateCorruption, stateCorruptionInAgent];
