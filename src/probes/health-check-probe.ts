import type { Duration } from '../model/duration.js';
import type { HealthCheck, Probe } from '../model/probe.js';
import { functionProbe } from './function-probe.js';

/**
 * The probe of a health check that was given as a bare function, with a time limit of 2 s; `health check` in events and
 * reports.
 *
 * @param every - time between two asks. Default 1 s
 */
export function healthCheckProbe(check: HealthCheck, every?: Duration): Probe {
  return functionProbe({ name: 'health check', check, every });
}
