import { dirname, join } from 'node:path';
import { judge } from '../judge/judge.js';
import { listCounted, type RecordedRun, recordedRun } from '../judge/replay/recorded-run.js';
import { ChaosError } from '../model/chaos-error.js';
import type { Results } from '../model/results.js';
import { readDecisions } from '../store/read-decisions.js';
import { readEvents } from '../store/read-events.js';

/** A saved run: what it did, and what it showed. */
export interface SavedRun {
  /** Absolute. */
  readonly folder: string;
  readonly recorded: RecordedRun;
  readonly results: Results;
}

/**
 * Reads a saved run with all of its decisions, and judges it again.
 *
 * @param eventsPath - of its `events.jsonl`; the decisions that are no events stand beside it
 * @throws ChaosError INVALID_INPUT when it does not begin with run-started, or a newer chaosx wrote it; STORAGE_FAILED
 */
export async function readRecordedRun(eventsPath: string): Promise<SavedRun> {
  const folder = dirname(eventsPath);
  let judged = judge.init();
  let state = recordedRun.init();
  for await (const event of readEvents(eventsPath)) {
    judged = judge.step(judged, event);
    state = recordedRun.step(state, event);
  }
  for await (const decision of readDecisions(join(folder, 'decisions.jsonl'))) listCounted(state, decision);
  const recorded = recordedRun.result(state);
  if (recorded !== null) return { folder, recorded, results: judge.result(judged) };
  throw new ChaosError('INVALID_INPUT', `${eventsPath}: expected it to begin with run-started, it does not`, {
    hint: 'the run ended before it began: run its experiment again',
  });
}
