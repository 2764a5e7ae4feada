import type { Fault } from '../../model/fault.js';
import { httpError, httpErrorInAgent } from './http-error.js';
import { nullInjection, nullInjectionInAgent } from './null-injection.js';
import { randomExceptions, randomExceptionsInAgent } from './random-exceptions.js';
import { shortRead, shortReadInAgent } from './short-read.js';
import { slowMethod, slowMethodInAgent } from './slow-method.js';

/** The faults on functions: of this process, and of those that have the agent in them. */
export const applicationFaults: readonly Fault[] = [
  randomExceptions,
  nullInjection,
  slowMethod,
  httpError,
  shortRead,
  randomExceptionsInAgent,
  nullInjectionInAgent,
  slowMethodInAgent,
  httpErrorInAgent,
  shortReadInAgent,
];
