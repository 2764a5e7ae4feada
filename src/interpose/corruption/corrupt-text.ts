import type { CorruptionOperator } from '../../model/corruption-operator.js';
import { type Draw, pick } from './pick.js';
import { unchanged } from './unchanged.js';

/** Text as the operator leaves it, or `unchanged`. */
export function corruptText(
  operator: CorruptionOperator,
  value: string,
  draw: Draw,
  neighbours: readonly string[],
): unknown {
  const at = Math.floor(draw * value.length);
  switch (operator) {
    case 'bit-flip': {
      if (value === '') return unchanged;
      const flipped = String.fromCodePoint(value.charCodeAt(at) ^ (1 << Math.floor(draw * 7)));
      return value.slice(0, at) + flipped + value.slice(at + 1);
    }
    case 'type-confusion':
      return value.trim() !== '' && Number.isFinite(Number(value)) ? Number(value) : [value];
    case 'truncate':
      return value.slice(0, Math.floor(value.length / 2));
    case 'empty':
      return '';
    case 'insert-character':
      return value.slice(0, at) + pick(['\0', '\n', '\u200B', '\u202E', '\uFEFF'], draw) + value.slice(at);
    case 'flip-case':
      return value.replaceAll(/./gsu, otherCase);
    case 'enum-neighbour':
      return neighbours.length === 0 ? unchanged : pick(neighbours, draw);
    case 'mojibake':
      return Buffer.from(value, 'utf8').toString('latin1');
    default:
      return unchanged;
  }
}

/** The letters of a text in the other case. */
export function otherCase(letter: string): string {
  const upper = letter.toUpperCase();
  return upper === letter ? letter.toLowerCase() : upper;
}
