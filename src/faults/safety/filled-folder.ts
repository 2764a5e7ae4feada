import { realpathSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Scenario } from '../../model/scenario.js';
import type { DiskFullParameters } from '../../model/scenario-parameters.js';

/** The folder whose file system a scenario fills, without links; null where it fills none, or it is not there. */
export function filledFolder(scenario: Scenario): string | null {
  const parameters = diskParameters(scenario);
  if (parameters?.path === undefined) return null;
  try {
    return realpathSync(resolve(parameters.path));
  } catch {
    return null;
  }
}

/** Those of a scenario that fills a disk; null for any other. */
export function diskParameters({ scenarioType, parameters }: Scenario): DiskFullParameters | null {
  if (scenarioType !== 'DISK_FULL') return null;
  const disk = parameters as DiskFullParameters;
  return disk.place === 'disk' ? disk : null;
}
