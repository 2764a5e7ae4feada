import { ChaosError } from '../../model/chaos-error.js';
import type { EarlierDay } from '../../model/earlier-day.js';

/** One experiment of a day, with all that it is compared with. */
export interface DailyExperiment {
  readonly file: string;
  readonly experiment: string;
  readonly fingerprint: string;
  /** The newest first. */
  readonly earlier: readonly EarlierDay[];
  readonly otherVersions: number;
}

/** What a daily run was asked for, as its `campaign-started` event has it. */
export interface DailySettings {
  /** `YYYY-MM-DD`. */
  readonly day: string;
  readonly timeZone: string;
  readonly since: string | null;
  readonly notToday: readonly string[];
  /** By the number of their round. */
  readonly experiments: readonly DailyExperiment[];
}

/**
 * The settings in an event.
 *
 * @throws ChaosError INVALID_INPUT when they are not those of a daily run
 */
export function dailySettingsOf(settings: Readonly<Record<string, unknown>>): DailySettings {
  const { day, timeZone, since, notToday, experiments } = settings;
  if (
    typeof day === 'string' &&
    typeof timeZone === 'string' &&
    (since === null || typeof since === 'string') &&
    Array.isArray(notToday) &&
    Array.isArray(experiments) &&
    experiments.every(isDailyExperiment)
  )
    return { day, timeZone, since, notToday: notToday.map(String), experiments };
  throw new ChaosError('INVALID_INPUT', 'expected day, timeZone and experiments in campaign-started', {
    hint: 'give the campaign.jsonl of a daily run',
  });
}

function isDailyExperiment(value: unknown): value is DailyExperiment {
  if (typeof value !== 'object' || value === null) return false;
  const given = new Map<string, unknown>(Object.entries(value));
  const earlier = given.get('earlier');
  return (
    ['file', 'experiment', 'fingerprint'].every((name) => typeof given.get(name) === 'string') &&
    typeof given.get('otherVersions') === 'number' &&
    Array.isArray(earlier) &&
    earlier.every(isEarlierDay)
  );
}

function isEarlierDay(value: unknown): value is EarlierDay {
  if (typeof value !== 'object' || value === null) return false;
  const given = new Map<string, unknown>(Object.entries(value));
  const quantities = given.get('quantities');
  return (
    typeof given.get('day') === 'string' &&
    typeof given.get('verdict') === 'string' &&
    Array.isArray(given.get('injected')) &&
    Array.isArray(given.get('regressed')) &&
    typeof quantities === 'object' &&
    quantities !== null
  );
}
