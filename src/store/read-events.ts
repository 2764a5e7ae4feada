import { createReadStream } from 'node:fs';
import { ChaosError } from '../model/chaos-error.js';
import { type ChaosEvent, eventFormatVersion } from '../model/events.js';
import { chaosEventSchema } from '../model/schema/chaos-event-schema.js';
import { storageError } from './storage-error.js';

/** A line that is no event of ours. */
export interface ForeignLine {
  /** From 1. */
  readonly line: number;
  /** What it lacks to be one. */
  readonly why: string;
}

/**
 * The events of a saved run, one after the other, in flat memory.
 * A last line that a crash tore off is ignored; any other line that is no event is reported and skipped.
 *
 * @param path - of an `events.jsonl`
 * @param onForeign - told of each line that was skipped
 * @throws ChaosError STORAGE_FAILED when the file cannot be read; INVALID_INPUT when a newer chaosx wrote it
 */
export async function* readEvents(
  path: string,
  onForeign: (foreign: ForeignLine) => void = () => {},
): AsyncGenerator<ChaosEvent, void, undefined> {
  let line = 0;
  for await (const { text, whole } of linesOf(path)) {
    line += 1;
    if (text.trim() === '') continue;
    const read = readLine(text);
    if ('event' in read) {
      yield read.event;
    } else if (read.newerVersion !== undefined) {
      throw new ChaosError(
        'INVALID_INPUT',
        `${path}:${line}: expected events of format version ${eventFormatVersion} or older, got ${read.newerVersion}`,
        { hint: 'read it with the chaosx that wrote it, or update chaosx' },
      );
    } else if (whole) {
      onForeign({ line, why: read.why });
    }
  }
}

type ReadLine =
  | { readonly event: ChaosEvent }
  | { readonly why: string; readonly newerVersion?: number | undefined };

function readLine(text: string): ReadLine {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return { why: 'it is not JSON' };
  }
  const parsed = chaosEventSchema.safeParse(value);
  if (parsed.success) return { event: parsed.data };
  const { type, formatVersion } = (value ?? {}) as {
    readonly type?: unknown;
    readonly formatVersion?: unknown;
  };
  // Looked at only now: what a newer version changed is not ours to check.
  const newer =
    type === 'run-started' && typeof formatVersion === 'number' && formatVersion > eventFormatVersion;
  const [issue] = parsed.error.issues;
  const where = issue === undefined || issue.path.length === 0 ? '' : `${issue.path.join('.')}: `;
  return {
    why: `${where}${issue?.message ?? 'not an event'}`,
    newerVersion: newer ? formatVersion : undefined,
  };
}

/** Lines with whether their line break was there; the last one may be cut off. */
async function* linesOf(path: string): AsyncGenerator<{ readonly text: string; readonly whole: boolean }> {
  let rest = '';
  try {
    for await (const chunk of createReadStream(path, 'utf8')) {
      const lines = (rest + String(chunk)).split('\n');
      rest = lines.pop() ?? '';
      for (const text of lines) yield { text, whole: true };
    }
  } catch (error) {
    throw storageError('read', path, error);
  }
  if (rest !== '') yield { text: rest, whole: false };
}
