import type { EventOf } from '../model/events.js';
import { LineWriter, type LineWriterOptions } from './line-writer.js';
import type { RunFolder } from './run-folder.js';

/** The decisions that are too many to be events, on their way to disk. */
export interface DecisionLog extends AsyncDisposable {
  /** Takes the next decision; neither waits nor throws. */
  append(decision: EventOf<'decision-fired'>): void;
}

/**
 * Opens `decisions.jsonl` in a run's folder, one `[scenario, rule, site, n, effect]` a line: what replay needs and no
 * more. The file is created by the first decision. Errors as with the event log.
 */
export function openDecisionLog(folder: RunFolder, options: LineWriterOptions = {}): DecisionLog {
  const writer = new LineWriter(folder.outputPath('decisions.jsonl'), options);
  return {
    append: ({ scenario, rule, site, n, effect }) =>
      writer.write(JSON.stringify([scenario, rule, site, n, effect])),
    [Symbol.asyncDispose]: () => writer[Symbol.asyncDispose](),
  };
}
