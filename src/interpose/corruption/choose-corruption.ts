import type { CorruptionOperator } from '../../model/corruption-operator.js';
import { corruptValue, type SeenBefore } from './corrupt-value.js';
import type { Slot } from './find-slots.js';
import type { Draw } from './pick.js';

/** How one place is to be corrupted. */
export interface Corruption {
  readonly operator: CorruptionOperator;
  readonly after: unknown;
}

/** The draws of one choice, each uniform in [0, 1). */
export interface CorruptionDraws {
  readonly operator: Draw;
  readonly value: Draw;
}

/**
 * Chooses uniformly among the operators that apply to what a place holds; null when none does. What was seen before, which
 * may differ from run to run, changes nothing but whether the operators that use it apply.
 */
export function chooseCorruption(
  { value }: Pick<Slot, 'value'>,
  operators: readonly CorruptionOperator[],
  draws: CorruptionDraws,
  before: () => SeenBefore,
): Corruption | null {
  const left = [...operators];
  let state = Math.floor(draws.operator * 2 ** 32);
  // In an order that is drawn, no further than to the first that applies.
  for (let count = left.length; count > 0; count -= 1) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    const at = Math.floor((state / 2 ** 32) * count);
    const operator = left[at] as CorruptionOperator;
    left[at] = left[count - 1] as CorruptionOperator;
    const made = corruptValue(operator, value, draws.value, usesBefore.has(operator) ? before() : nothing);
    if (made !== undefined) return { operator, after: made.value };
  }
  return null;
}

const nothing: SeenBefore = {};
const usesBefore: ReadonlySet<CorruptionOperator> = new Set(['enum-neighbour', 'stale', 'replay']);
