import type { Fault } from '../../model/fault.js';
import { nullInjection, nullInjectionInAgent } from './null-injection.js';
import { randomExceptions, randomExceptionsInAgent } from './random-exceptions.js';
import { slowMethod, slowMethodInAgent } from './slow-method.js';

/** The faults on functions: of this process, and of those that have the agent in them. */
export const applicationFaults: readonly Fault[] = [
  randomExceptions,
  nullInjection,
  slowMethod,
  randomExceptionsInAgent,
  nullInjectionInAgent,
  slowMethodInAgent,
];
