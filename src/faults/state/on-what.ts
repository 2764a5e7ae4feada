import type { Scenario } from '../../model/scenario.js';

/** True when something that goes through calls is to be corrupted. */
export function isOnCalls({ parameters }: Scenario<'STATE_CORRUPTION'>): boolean {
  return parameters.on.some((place) => place !== 'state');
}

/** True when what is held is to be corrupted where it is. */
export function isOnState({ parameters }: Scenario<'STATE_CORRUPTION'>): boolean {
  return parameters.on.includes('state');
}
