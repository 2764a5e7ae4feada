import { LiveCorruption, type StateRoot } from '../../interpose/corruption/live-corruption.js';
import { stateProblem } from '../../interpose/corruption/state-problem.js';
import { ChaosError } from '../../model/chaos-error.js';
import { matchesPattern } from '../../model/component-pattern.js';
import { operatorsOn } from '../../model/corruption-place.js';
import type { FaultContext } from '../../model/fault.js';
import type { Scenario } from '../../model/scenario.js';
import type { Target } from '../../model/target.js';

/** The components whose data is to be corrupted, or why there are none. */
export type ChosenState =
  | { readonly ok: true; readonly roots: readonly StateRoot[] }
  | { readonly ok: false; readonly reason: string };

/** Looks for components that hold something to corrupt. A component that is named and holds nothing is a mistake. */
export function chooseState(
  { targetComponents, parameters }: Scenario<'STATE_CORRUPTION'>,
  target: Target,
): ChosenState {
  if (target.kind !== 'objects') {
    const reason = `state is of components, and ${target.name} has none: give objects of this process (inProcessTarget)`;
    return { ok: false, reason };
  }
  const operators = operatorsOn('state', parameters.operators);
  const roots = new Map<string, StateRoot>();
  for (const pattern of targetComponents.length === 0 ? ['*'] : targetComponents) {
    const found = [...target.components].filter(([name]) => matchesPattern(pattern, name));
    const problems = found.map(([name, value]) => ({ name, value, problem: stateProblem(value, operators) }));
    const usable = problems.filter(({ problem }) => problem === null);
    if (usable.length === 0) {
      const why = problems.map(({ name, problem }) => `${name}: ${problem}`).join('; ');
      const reason = `no state of ${target.name} can be corrupted: ${why || `it has no component "${pattern}"`}`;
      return { ok: false, reason };
    }
    for (const { name, value } of usable) roots.set(name, { name, value });
  }
  return { ok: true, roots: distinct([...roots.values()]) };
}

/** Components may be one object. */
function distinct(roots: readonly StateRoot[]): readonly StateRoot[] {
  return roots.filter(({ value }, i) => roots.findIndex((other) => other.value === value) === i);
}

/** @throws ChaosError INJECTION_FAILED when nothing could be corrupted after all; then nothing is */
export function corruptState(
  { name, parameters }: Scenario<'STATE_CORRUPTION'>,
  roots: readonly StateRoot[],
  { decide, fired }: Pick<FaultContext, 'decide' | 'fired'>,
): LiveCorruption {
  const { operators, injectionRate: rate, atMost } = parameters;
  const live = new LiveCorruption({
    name,
    operators: operatorsOn('state', operators),
    rate,
    ...(atMost !== undefined && { atMost }),
    decide,
    fired,
  });
  live.add(roots);
  if (live.written > 0) return live;
  throw new ChaosError('INJECTION_FAILED', 'expected data that can be corrupted, the components hold none', {
    hint: 'they changed after they were looked at: give the fault components that stay',
  });
}
