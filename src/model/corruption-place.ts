import { type CorruptionOperator, corruptionOperators } from './corruption-operator.js';

/** What may be corrupted, by name. */
export const corruptionPlaces = {
  results: 'what functions return',
  arguments:
    'what functions are called with; callers find their own objects as they were once the call has ended',
  messages: 'messages of threads and processes, events of components, JSON bodies that fetch got',
  state: 'the data that components hold, in place, from the beginning of the fault to its end',
} as const;

/** What is corrupted. */
export type CorruptionPlace = keyof typeof corruptionPlaces;

/** Operators that need something of the same kind from before, and where alone that is. */
const onlyOn: { readonly [O in CorruptionOperator]?: CorruptionPlace } = {
  stale: 'results',
  replay: 'messages',
};

/** The operators that can apply to a place. */
export function operatorsOn(
  place: CorruptionPlace,
  operators: readonly CorruptionOperator[],
): readonly CorruptionOperator[] {
  const asked = operators.length > 0 ? operators : (Object.keys(corruptionOperators) as CorruptionOperator[]);
  return asked.filter((operator) => (onlyOn[operator] ?? place) === place);
}

/** Where an operator applies alone; undefined: everywhere. */
export function onlyPlaceOf(operator: CorruptionOperator): CorruptionPlace | undefined {
  return onlyOn[operator];
}
