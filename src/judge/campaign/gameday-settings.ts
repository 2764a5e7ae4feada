import { ChaosError } from '../../model/chaos-error.js';
import { type AgendaPoint, type StopOn, stopOnChoices } from '../../model/gameday.js';

/** What a gameday was asked for, as its `campaign-started` event has it. */
export interface GamedaySettings {
  readonly agenda: readonly AgendaPoint[];
  readonly stopOn: StopOn;
}

/**
 * The settings in an event.
 *
 * @throws ChaosError INVALID_INPUT when they are not those of a gameday
 */
export function gamedaySettingsOf(settings: Readonly<Record<string, unknown>>): GamedaySettings {
  const { agenda, stopOn } = settings;
  const knownStop = stopOnChoices.find((choice) => choice === stopOn);
  if (Array.isArray(agenda) && agenda.every(isPoint) && knownStop !== undefined)
    return { agenda, stopOn: knownStop };
  throw new ChaosError('INVALID_INPUT', 'expected agenda and stopOn in campaign-started', {
    hint: 'give the campaign.jsonl of a gameday',
  });
}

function isPoint(value: unknown): value is AgendaPoint {
  if (typeof value !== 'object' || value === null) return false;
  const given = new Map<string, unknown>(Object.entries(value));
  return (
    typeof given.get('scenario') === 'string' &&
    typeof given.get('severity') === 'number' &&
    typeof given.get('hypothesis') === 'string'
  );
}
