import type { Fault } from '../../model/fault.js';
import { httpError } from './http-error.js';
import { nullInjection } from './null-injection.js';
import { randomExceptions } from './random-exceptions.js';
import { shortRead } from './short-read.js';
import { slowMethod } from './slow-method.js';

/** The faults on functions of this process. */
export const applicationFaults: readonly Fault[] = [
  randomExceptions,
  nullInjection,
  slowMethod,
  httpError,
  shortRead,
];
