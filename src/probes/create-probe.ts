import type { Clock } from '../model/clock.js';
import type { Probe, ProbeSpec } from '../model/probe.js';
import { commandProbe, type CommandSurroundings } from './command-probe.js';
import { functionProbe } from './function-probe.js';
import { httpProbe } from './http-probe.js';
import { tcpProbe } from './tcp-probe.js';

/** What probes need besides their own description. */
export interface ProbeContext extends CommandSurroundings {
  readonly clock: Clock;
  /** The run whose tag probes may send. */
  readonly runId?: string;
}

/**
 * Makes a probe ready to be asked. Asks nothing yet.
 *
 * @throws ChaosError INVALID_INPUT when the description is not valid
 */
export function createProbe(spec: ProbeSpec, context: ProbeContext): Probe {
  if ('http' in spec) return httpProbe(spec, context.clock, context.runId);
  if ('tcp' in spec) return tcpProbe(spec);
  if ('command' in spec) return commandProbe(spec, { cwd: context.cwd, env: context.env });
  return functionProbe(spec);
}
