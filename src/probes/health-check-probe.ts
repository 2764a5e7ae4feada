import type { HealthCheck, Probe } from '../model/probe.js';
import { functionProbe } from './function-probe.js';

/**
 * The probe of a health check that was given as a bare function: every second, with a time limit of 2 s.
 *
 * @param name - what it is called in events and reports. Default `health check`
 */
export function healthCheckProbe(check: HealthCheck, name = 'health check'): Probe {
  return functionProbe({ name, check });
}
