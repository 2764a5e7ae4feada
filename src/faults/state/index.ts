import type { Fault } from '../../model/fault.js';
import { blockedLoopInAgent } from './blocked-loop-in-agent.js';
import { blockedLoopOfThisProcess } from './blocked-loop-of-this-process.js';
import { deadlockCalls, deadlockCallsInAgent } from './deadlock-calls.js';
import { raceCondition, raceConditionInAgent } from './race-condition.js';
import { stateCorruptionInAgent } from './state-corruption-in-agent.js';
import { stateCorruption } from './state-corruption.js';

/** The faults on data, and on who waits for whom. */
export const stateFaults: readonly Fault[] = [
  stateCorruption,
  stateCorruptionInAgent,
  raceCondition,
  raceConditionInAgent,
  deadlockCalls,
  deadlockCallsInAgent,
  blockedLoopOfThisProcess,
  blockedLoopInAgent,
];
