import { ChaosError } from '../model/chaos-error.js';

/**
 * A range of severity as people write it: `4`, `2-4`, `2..4`.
 *
 * @throws ChaosError INVALID_INPUT for anything else
 */
export function severityRange(text: string): readonly [min: number, max: number] {
  const [, min, max = min] = /^([1-5])(?:(?:-|\.\.)([1-5]))?$/.exec(text) ?? [];
  if (min !== undefined) return [Number(min), Number(max)];
  throw new ChaosError('INVALID_INPUT', `expected a severity from 1 to 5, got ${JSON.stringify(text)}`, {
    hint: 'give one, such as 4, or a range, such as 2-4',
  });
}
