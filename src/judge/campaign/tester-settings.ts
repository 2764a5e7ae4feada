import { ChaosError } from '../../model/chaos-error.js';
import { type ResilienceMetricName, resilienceMetricNames } from '../../model/metric-detail.js';

/** What counts as good: seconds for the time to recovery, else percent. */
export type ResilienceTargets = Readonly<Record<ResilienceMetricName, number>>;

/** What a tester was asked for, as its `campaign-started` event has it. */
export interface TesterSettings {
  /** The probe that stands for callers of the system. */
  readonly probe: string;
  /** How long each run waits for recovery. */
  readonly horizonSeconds: number;
  readonly targets: ResilienceTargets;
}

/**
 * The settings in an event.
 *
 * @throws ChaosError INVALID_INPUT when they are not those of a tester
 */
export function testerSettingsOf(settings: Readonly<Record<string, unknown>>): TesterSettings {
  const { probe, horizonSeconds, targets } = settings;
  if (typeof probe === 'string' && typeof horizonSeconds === 'number' && isTargets(targets))
    return { probe, horizonSeconds, targets };
  throw new ChaosError('INVALID_INPUT', 'expected probe, horizonSeconds and targets in campaign-started', {
    hint: 'give the campaign.jsonl of a resilience test',
  });
}

function isTargets(value: unknown): value is ResilienceTargets {
  if (typeof value !== 'object' || value === null) return false;
  const given = new Map<string, unknown>(Object.entries(value));
  return resilienceMetricNames.every((name) => typeof given.get(name) === 'number');
}
