import type { CorruptionOperator } from '../../model/corruption-operator.js';
import { otherCase } from './corrupt-text.js';
import type { Draw } from './pick.js';
import { type Field, fieldsOf, withFields } from './plain-data.js';
import { unchanged } from './unchanged.js';

/** A plain object as the operator leaves it, or `unchanged`. Its accessors are not called. */
export function corruptFields(operator: CorruptionOperator, value: object, draw: Draw): unknown {
  const fields = fieldsOf(value);
  const copyOf = (entries: readonly Field[]) => withFields(value, entries);
  const chosen = fields[Math.floor(draw * fields.length)];
  if (chosen === undefined) return unchanged;
  const [name, descriptor] = chosen;
  switch (operator) {
    case 'drop-field':
      return copyOf(fields.filter((field) => field !== chosen));
    case 'rename-field': {
      const other = draw < 0.5 && otherCase(name) !== name ? otherCase(name) : `${name}_`;
      return copyOf(fields.map((field) => (field === chosen ? ([other, descriptor] as const) : field)));
    }
    case 'swap-fields': {
      const other = fields.find(
        ([, one]) =>
          'value' in descriptor &&
          'value' in one &&
          typeof one.value === typeof descriptor.value &&
          !Object.is(one.value, descriptor.value),
      );
      if (other === undefined) return unchanged;
      const swapped = new Map([
        [name, other[1]],
        [other[0], descriptor],
      ]);
      return copyOf(fields.map(([key, one]) => [key, swapped.get(key) ?? one] as const));
    }
    case 'precision-loss': {
      const kept = fields.filter(([, one]) => !('value' in one) || one.value !== undefined);
      return kept.length === fields.length ? unchanged : copyOf(kept);
    }
    default:
      return unchanged;
  }
}
