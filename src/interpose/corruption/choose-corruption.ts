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
  for (const operator of shuffled(operators, draws.operator)) {
    const made = corruptValue(operator, value, draws.value, usesBefore.has(operator) ? before() : {});
    if (made !== undefined) return { operator, after: made.value };
  }
  return null;
}

const usesBefore: ReadonlySet<CorruptionOperator> = new Set(['enum-neighbour', 'stale', 'replay']);

function shuffled<T>(items: readonly T[], draw: Draw): readonly T[] {
  const order = [...items];
  let state = Math.floor(draw * 2 ** 32);
  for (let i = order.length - 1; i > 0; i -= 1) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    const j = Math.floor((state / 2 ** 32) * (i + 1));
    [order[i], order[j]] = [order[j] as T, order[i] as T];
  }
  return order;
}
