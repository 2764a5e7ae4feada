import type { ChaosEvent } from '../model/events.js';
import { redactUrlCredentials } from '../model/redact.js';
import { LineWriter, type LineWriterOptions } from './line-writer.js';
import type { RunFolder } from './run-folder.js';

/** The events of a run on their way to disk. */
export interface EventLog extends AsyncDisposable {
  /** Takes the next event; neither waits nor throws. */
  append(event: ChaosEvent): void;
  /** Resolves when all that was appended before is in the file. */
  flush(): Promise<void>;
}

/**
 * Opens `events.jsonl` in a run's folder: one JSON document a line, written in batches of at most 100 ms, synced to
 * the disk at each phase, credentials in URLs redacted.
 *
 * A disk that fails or falls behind by 16 Mi characters is a ChaosError STORAGE_FAILED: told once to `onError`,
 * or without it thrown when the log is closed. What was written until then can be read.
 */
export function openEventLog(folder: RunFolder, options: LineWriterOptions = {}): EventLog {
  const writer = new LineWriter(folder.outputPath('events.jsonl'), options);
  return {
    append: (event) =>
      writer.write(redactUrlCredentials(JSON.stringify(event)), event.type === 'phase-entered'),
    flush: () => writer.flush(),
    [Symbol.asyncDispose]: () => writer[Symbol.asyncDispose](),
  };
}
