import { ChaosError } from '../../../model/chaos-error.js';
import type { FaultContext, Support } from '../../../model/fault.js';
import type { Scenario } from '../../../model/scenario.js';
import type { AddressTarget, Target, TargetNetwork } from '../../../model/target.js';
import { dependencyNames, supportsDependencies } from '../on-dependency.js';
import { canMakeRules, noPlaceForRules } from './can-make-rules.js';
import type { NamedPath } from './packet-path.js';

/** Whether rules can break the packets between a target in a network of its own and its dependencies. */
export async function supportsOwnNetwork(scenario: Scenario, target: Target): Promise<Support> {
  // What an address lacks is said once, by the fault that is made for it.
  if (target.kind === 'address') return addressSupport(target);
  if (target.kind !== 'started' || !target.ownNetwork) return noPlaceForRules(target.name);
  const support = supportsDependencies(scenario, target);
  return support.supported ? canMakeRules() : support;
}

async function addressSupport({ name }: AddressTarget): Promise<Support> {
  const support = await canMakeRules();
  return support.supported ? noPlaceForRules(name) : support;
}

/** @throws ChaosError TARGET_NOT_READY */
export function networkOf({ target }: FaultContext): TargetNetwork {
  const network = target.kind === 'started' ? target.running?.network : undefined;
  if (network !== undefined) return network;
  throw new ChaosError('TARGET_NOT_READY', `expected ${target.name} to be running in its network, it is not`);
}

/** The paths to the dependencies that a scenario breaks, as the router sees them. */
export function pathsToDependencies(scenario: Scenario, context: FaultContext): readonly NamedPath[] {
  const { dependencies } = networkOf(context);
  return dependencyNames(scenario, context.target).map((component) => {
    const place = dependencies.get(component);
    if (place === undefined)
      throw new ChaosError('INTERNAL', `expected a place for ${component}, there is none`);
    return { component, path: { place, towards: 'from-target', passing: 'forwarded' } };
  });
}
