import { allFaults } from '../faults/all-faults.js';
import { chooseFault } from '../faults/choose-fault.js';
import { processesHitBy, requireConsent } from '../faults/require-consent.js';
import { ChaosError, isChaosError } from '../model/chaos-error.js';
import type { Experiment } from '../model/experiment.js';
import type { Fault } from '../model/fault.js';
import { resolveTarget } from '../orchestrator/resolve-target.js';
import { isConfirmed } from './is-confirmed.js';

/** A system, and all that may be done to it. */
export type Endangered = Pick<Experiment, 'targetSystem' | 'scenarios'>;

/**
 * Asks once, before anything starts, whether rules of the kernel may hit other local processes, and signals those of other
 * users, where they will; with `yes`, and where they will not, nobody is asked.
 *
 * @throws ChaosError UNSAFE with all processes that would be hit, when the person says no or there is no terminal
 */
export async function requireLocalConsent(
  all: readonly Endangered[],
  yes: boolean | undefined,
  who: 'person' | 'nobody to ask' = 'person',
): Promise<void> {
  if (yes === true) return;
  const refusals: ChaosError[] = [];
  for (const one of all) {
    const refusal = await refusalOf(one);
    if (refusal !== null) refusals.push(refusal);
  }
  const [first] = refusals;
  if (first === undefined) return;
  const { stdin, stderr } = process;
  const message = [...new Set(refusals.map((refusal) => refusal.message))].join('\n');
  const refused = new ChaosError('UNSAFE', message, first.hint === undefined ? {} : { hint: first.hint });
  if (who === 'nobody to ask' || !stdin.isTTY || !stderr.isTTY) throw refused;
  stderr.write(`${message}\n`);
  if (!(await isConfirmed('go on? [y/N] ', stderr)))
    throw new ChaosError('UNSAFE', 'not allowed: nothing was done');
}

async function refusalOf({ targetSystem, scenarios }: Endangered): Promise<ChaosError | null> {
  const { target } = resolveTarget(targetSystem);
  if (target.kind !== 'address' && target.kind !== 'running') return null;
  const faults: Fault[] = [];
  for (const scenario of scenarios) {
    const choice = await chooseFault(allFaults, scenario, target);
    if (choice.possible) faults.push(choice.fault);
  }
  try {
    requireConsent(faults, target, processesHitBy(faults, target), false);
    return null;
  } catch (error) {
    if (isChaosError(error) && error.code === 'UNSAFE') return error;
    throw error;
  }
}
