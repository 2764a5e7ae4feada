import type { ZodType } from 'zod';
import { ChaosError } from '../model/chaos-error.js';
import { readLines } from './read-lines.js';

/** A line that is no event of ours. */
export interface ForeignLine {
  /** From 1. */
  readonly line: number;
  /** What it lacks to be one. */
  readonly why: string;
}

/** What a file of events holds. */
export interface EventFormat<Event> {
  readonly schema: ZodType<Event>;
  readonly version: number;
  /** The `type` of the event that carries the version. */
  readonly versionIn: string;
}

/**
 * The events of a file, one after the other, in flat memory.
 * A last line that a crash tore off is ignored; any other line that is no event is reported and skipped.
 *
 * @param onForeign - told of each line that was skipped
 * @throws ChaosError STORAGE_FAILED when the file cannot be read; INVALID_INPUT when a newer chaosx wrote it
 */
export async function* readEventFile<Event>(
  path: string,
  format: EventFormat<Event>,
  onForeign: (foreign: ForeignLine) => void,
): AsyncGenerator<Event, void, undefined> {
  let line = 0;
  for await (const { text, whole } of readLines(path)) {
    line += 1;
    if (text.trim() === '') continue;
    const read = readLine(text, format);
    if ('event' in read) {
      yield read.event;
    } else if (read.newerVersion !== undefined) {
      throw new ChaosError(
        'INVALID_INPUT',
        `${path}:${line}: expected events of format version ${format.version} or older, got ${read.newerVersion}`,
        { hint: 'read it with the chaosx that wrote it, or update chaosx' },
      );
    } else if (whole) {
      onForeign({ line, why: read.why });
    }
  }
}

type ReadLine<Event> =
  | { readonly event: Event }
  | { readonly why: string; readonly newerVersion?: number | undefined };

function readLine<Event>(text: string, { schema, version, versionIn }: EventFormat<Event>): ReadLine<Event> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return { why: 'it is not JSON' };
  }
  const parsed = schema.safeParse(value);
  if (parsed.success) return { event: parsed.data };
  const { type, formatVersion } = (value ?? {}) as {
    readonly type?: unknown;
    readonly formatVersion?: unknown;
  };
  // Looked at only now: what a newer version changed is not ours to check.
  const newer = type === versionIn && typeof formatVersion === 'number' && formatVersion > version;
  const [issue] = parsed.error.issues;
  const where = issue === undefined || issue.path.length === 0 ? '' : `${issue.path.join('.')}: `;
  return {
    why: `${where}${issue?.message ?? 'not an event'}`,
    newerVersion: newer ? formatVersion : undefined,
  };
}
