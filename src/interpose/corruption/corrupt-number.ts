import type { CorruptionOperator } from '../../model/corruption-operator.js';
import { type Draw, pick } from './pick.js';
import { unchanged } from './unchanged.js';

/** A number as the operator leaves it, or `unchanged`. */
export function corruptNumber(operator: CorruptionOperator, value: number, draw: Draw): unknown {
  const isLow = draw < 0.5;
  switch (operator) {
    case 'bit-flip':
      return flipNumber(value, draw);
    case 'off-by-one':
      return isLow ? value - 1 : value + 1;
    case 'negate':
      return -value;
    case 'nan':
      return Number.NaN;
    case 'infinity':
      return isLow ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
    case 'boundary':
      return pick(boundaries, draw);
    case 'scale':
      return isLow ? value / 10 : value * 10;
    case 'unit-error':
      return isLow ? value / 1000 : value * 1000;
    case 'type-confusion':
      return String(value);
    case 'precision-loss':
      return Number.isFinite(value) ? Math.fround(value) : null;
    default:
      return unchanged;
  }
}

const boundaries = [0, -1, 2 ** 31, 2 ** 53, Number.MIN_VALUE, Number.MAX_VALUE] as const;

/** Integers of 32 bits stay such; of others a bit of the mantissa is flipped, so that they stay finite. */
function flipNumber(value: number, draw: Draw): number | typeof unchanged {
  if (!Number.isFinite(value)) return unchanged;
  if ((value | 0) === value) return value ^ (1 << Math.floor(draw * 31));
  const view = new DataView(new ArrayBuffer(8));
  view.setFloat64(0, value);
  view.setBigUint64(0, view.getBigUint64(0) ^ (1n << BigInt(Math.floor(draw * 52))));
  return view.getFloat64(0);
}

/** A bigint as the operator leaves it, or `unchanged`. */
export function corruptBigint(operator: CorruptionOperator, value: bigint, draw: Draw): unknown {
  switch (operator) {
    case 'bit-flip':
      return value ^ (1n << BigInt(Math.floor(draw * 63)));
    case 'off-by-one':
      return draw < 0.5 ? value - 1n : value + 1n;
    case 'negate':
      return -value;
    case 'precision-loss':
      return Number(value);
    default:
      return unchanged;
  }
}
