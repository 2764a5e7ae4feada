import { callFaultInAgent } from '../application/call-fault-in-agent.js';
import { withDetails } from '../with-details.js';
import { corruptedCalls } from './corrupted-calls.js';
import { whatWasCorrupted } from './what-was-corrupted.js';

/** Data inside a Node process that chaosx starts or attaches to is corrupted. */
export const stateCorruptionInAgent = withDetails(callFaultInAgent(corruptedCalls), whatWasCorrupted);
