import type { StartSpec } from '../model/experiment.js';
import type { StartedTarget } from '../model/target.js';
import { programsOfCommand } from './programs-of-command.js';

/** A process that chaosx will start, as the plan sees it: declared, not running. `openTarget` starts it. */
export function startedTarget(spec: StartSpec): StartedTarget {
  return Object.freeze({
    kind: 'started',
    name: spec.name,
    dependencies: Object.keys(spec.dependencies ?? {}),
    ownNetwork: spec.ownNetwork !== undefined,
    programs: programsOfCommand(spec),
  });
}
