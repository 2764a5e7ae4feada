import { allFaults } from '../faults/all-faults.js';
import { ChaosError } from '../model/chaos-error.js';
import type { Fault } from '../model/fault.js';
import type { Scenario } from '../model/scenario.js';
import type { Target } from '../model/target.js';
import { supportedScenarios } from './supported-scenarios.js';

/** From which scenarios continuous chaos may choose. */
export interface ContinuousChoice {
  readonly scenarios: readonly Scenario[];
  readonly leftOut: readonly { readonly name: string; readonly why: string }[];
}

interface ChoiceInput {
  readonly severityRange: readonly [min: number, max: number];
  readonly target: Target;
  readonly faults: readonly Fault[] | undefined;
}

/**
 * Those of the candidates within the range of severity that the target supports, and why the others are left out.
 *
 * @throws ChaosError INVALID_INPUT for a range that is none; UNSUPPORTED_SCENARIO when nothing is left, with all reasons
 */
export async function continuousChoice(
  candidates: readonly Scenario[],
  { severityRange, target, faults = allFaults }: ChoiceInput,
): Promise<ContinuousChoice> {
  const [min, max] = checkedRange(severityRange);
  const range = min === max ? `${min}` : `${min} to ${max}`;
  const scenarios: Scenario[] = [];
  const leftOut: { name: string; why: string }[] = [];
  for (const scenario of candidates) {
    const { name, severity } = scenario;
    if (severity < min || severity > max) {
      leftOut.push({ name, why: `its severity is ${severity}, asked for was ${range}` });
      continue;
    }
    const { supported, reasons } = await supportedScenarios([scenario], target, faults);
    if (supported.length > 0) scenarios.push(scenario);
    else leftOut.push({ name, why: reasons.join('; ').slice(`${name}: `.length) });
  }
  if (scenarios.length > 0) return { scenarios, leftOut };
  const all = leftOut.map(({ name, why }) => `\n  ${name}: ${why}`).join('');
  throw new ChaosError(
    'UNSUPPORTED_SCENARIO',
    `no scenario with a severity of ${range} can be made on ${target.name}:${all}`,
    { hint: 'widen the range of severity, or choose among other scenarios; `chaosx scenarios` lists them' },
  );
}

function checkedRange(range: readonly [min: number, max: number]): readonly [min: number, max: number] {
  const [min, max] = range;
  const isSeverity = (value: number) => Number.isInteger(value) && value >= 1 && value <= 5;
  if (isSeverity(min) && isSeverity(max) && min <= max) return range;
  throw new ChaosError(
    'INVALID_INPUT',
    `expected a range of severity from 1 to 5, the lower one first, got ${String(min)} to ${String(max)}`,
    { hint: '1 is hardly felt, 5 an outage if the system is not made for it' },
  );
}
