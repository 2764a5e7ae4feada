import { type CampaignEvent, campaignFormatVersion } from '../model/campaign-events.js';
import { campaignEventSchema } from '../model/schema/campaign-event-schema.js';
import { type ForeignLine, readEventFile } from './read-event-file.js';

/**
 * The events of a saved campaign.
 *
 * @param path - of a `campaign.jsonl`
 * @param onForeign - told of each line that is no event and was skipped
 * @throws ChaosError STORAGE_FAILED when the file cannot be read; INVALID_INPUT when a newer chaosx wrote it
 */
export function readCampaignEvents(
  path: string,
  onForeign: (foreign: ForeignLine) => void = () => {},
): AsyncGenerator<CampaignEvent, void, undefined> {
  const format = {
    schema: campaignEventSchema,
    version: campaignFormatVersion,
    versionIn: 'campaign-started',
  };
  return readEventFile(path, format, onForeign);
}
