import { ChaosError } from '../model/chaos-error.js';
import { toMs } from '../model/duration.js';
import type { Probe, ProbeSpec } from '../model/probe.js';

/**
 * When a probe is asked, with the defaults: every 1 s, a time limit of 2 s, no retries.
 *
 * @throws ChaosError INVALID_INPUT when `every` or `timeout` is not above 0, or `retries` not a whole number from 0 on
 */
export function probeTiming(spec: ProbeSpec): Pick<Probe, 'name' | 'everyMs' | 'timeoutMs' | 'retries'> {
  const { name, retries = 0 } = spec;
  if (!Number.isInteger(retries) || retries < 0) {
    throw new ChaosError('INVALID_INPUT', `expected retries of probe ${name} from 0 on, got ${retries}`);
  }
  return {
    name,
    everyMs: aboveZero(name, 'every', toMs(spec.every ?? '1s')),
    timeoutMs: aboveZero(name, 'timeout', toMs(spec.timeout ?? '2s')),
    retries,
  };
}

function aboveZero(probe: string, option: string, ms: number): number {
  if (ms > 0) return ms;
  throw new ChaosError('INVALID_INPUT', `expected \`${option}\` of probe ${probe} above 0, got ${ms} ms`);
}
