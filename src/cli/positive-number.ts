import { InvalidArgumentError } from 'commander';
import { wholeNumber } from './whole-number.js';

/** An option's value as a whole number from 1 on. */
export function positiveNumber(text: string): number {
  const value = wholeNumber(text);
  if (value >= 1) return value;
  throw new InvalidArgumentError(`expected a whole number from 1 on, got ${value}.`);
}
