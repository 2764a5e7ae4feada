import type { StartSpec } from '../model/experiment.js';
import { planStart } from './start-plan.js';
import type { Environment } from './start-plan.js';

/**
 * Refuses a target that could never be started as written, before anything starts. Pure.
 *
 * @throws ChaosError as `planStart`
 */
export function checkStartSpec(spec: StartSpec, env: Environment): void {
  planStart(spec, env);
}
