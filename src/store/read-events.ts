import { type ChaosEvent, eventFormatVersion } from '../model/events.js';
import { chaosEventSchema } from '../model/schema/chaos-event-schema.js';
import { type ForeignLine, readEventFile } from './read-event-file.js';

/**
 * The events of a saved run.
 *
 * @param path - of an `events.jsonl`
 * @param onForeign - told of each line that is no event and was skipped
 * @throws ChaosError STORAGE_FAILED when the file cannot be read; INVALID_INPUT when a newer chaosx wrote it
 */
export function readEvents(
  path: string,
  onForeign: (foreign: ForeignLine) => void = () => {},
): AsyncGenerator<ChaosEvent, void, undefined> {
  const format = { schema: chaosEventSchema, version: eventFormatVersion, versionIn: 'run-started' };
  return readEventFile(path, format, onForeign);
}
