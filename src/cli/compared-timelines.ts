import { resolve, sep } from 'node:path';
import { timeline } from '../judge/timeline.js';
import type { CompareResults } from '../model/campaign-results.js';
import type { RoundSummary } from '../model/round-summary.js';
import { typicalRounds } from '../report/campaign/typical-rounds.js';
import type { ComparedTimelines } from '../report/html/side-by-side.js';
import { readEvents } from '../store/read-events.js';

/**
 * Runs of both sides over time, out of their folders; those that are not kept, or cannot be read, have none.
 *
 * @param folder - of the comparison, in which its runs lie; null: the folders of the runs are absolute
 */
export async function comparedTimelines(
  results: CompareResults,
  folder: string | null,
): Promise<readonly ComparedTimelines[]> {
  const all: ComparedTimelines[] = [];
  for (const { scenario, base, head } of typicalRounds(results)) {
    const [ofBase, ofHead] = [await timelineOf(base, folder), await timelineOf(head, folder)];
    if (ofBase === null || ofHead === null) continue;
    all.push({
      scenario,
      base: { label: results.base.label, run: ofBase },
      head: { label: results.head.label, run: ofHead },
    });
  }
  return all;
}

async function timelineOf(round: RoundSummary, folder: string | null) {
  if (round.folder === null) return null;
  const path = folder === null ? round.folder : resolve(folder, round.folder);
  // The folder comes out of a file: nothing outside of the comparison's own is read.
  if (folder !== null && !path.startsWith(resolve(folder) + sep)) return null;
  try {
    let state = timeline.init();
    for await (const event of readEvents(resolve(path, 'events.jsonl'))) state = timeline.step(state, event);
    return timeline.result(state);
  } catch {
    return null;
  }
}
