import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { z } from 'zod';
import { campaignFormatVersion } from '../model/campaign-events.js';
import { eventFormatVersion } from '../model/events.js';
import { type FileEnds, readFileEnds } from './file-ends.js';
import { leadingMembers } from './leading-members.js';
import type { SavedRun } from './saved-run.js';
import { savedResultsSchema, savedStartSchema } from './saved-run-schema.js';

/** What a folder holds: a run, nothing of ours, or something that cannot be read as a run. */
export type ReadRun = { readonly run: SavedRun } | { readonly run: null; readonly why: string | null };

/** A first event holds the whole plan: more than the head of a file. */
const longestLine = 1_048_576;

/**
 * What a list shows of the run or campaign in a folder, without reading its events and, as a rule, without reading
 * all of its results: they begin with what is needed. Never throws.
 */
export function readSavedRun(path: string): ReadRun {
  try {
    const results = readFileEnds(join(path, 'results.json'));
    return results === null ? unfinished(path) : finished(path, results);
  } catch (error) {
    return { run: null, why: error instanceof Error ? error.message : String(error) };
  }
}

function finished(path: string, ends: FileEnds): ReadRun {
  // A file that was cut off does not end as an object does.
  if (!ends.tail.trimEnd().endsWith('}')) return { run: null, why: 'results.json is cut off' };
  const quick = ends.whole ? null : savedResultsSchema.safeParse(leadingMembers(ends.head));
  if (quick?.success === true) return { run: ofResults(path, quick.data, ends) };
  let value: unknown;
  try {
    value = JSON.parse(ends.whole ? ends.head : readFileSync(join(path, 'results.json'), 'utf8'));
  } catch {
    return { run: null, why: 'results.json is not JSON' };
  }
  const full = savedResultsSchema.safeParse(value);
  if (full.success) return { run: ofResults(path, full.data, ends) };
  return { run: null, why: 'results.json is not of a run of chaosx, or of a newer one' };
}

function ofResults(
  path: string,
  results: z.infer<typeof savedResultsSchema>,
  { mtimeMs: writtenAtMs }: FileEnds,
): SavedRun {
  const { seed, startedAt, durationSeconds, verdict } = results;
  const ended = { path, seed, startedAt, durationSeconds, verdict, writtenAtMs };
  return 'runId' in results
    ? { ...ended, experiment: results.experiment, kind: 'run', id: results.runId, status: results.status }
    : { ...ended, experiment: results.name, kind: results.kind, id: results.campaignId, status: 'completed' };
}

function unfinished(path: string): ReadRun {
  for (const [name, version] of [
    ['campaign.jsonl', campaignFormatVersion],
    ['events.jsonl', eventFormatVersion],
  ] as const) {
    const file = join(path, name);
    const ends = readFileEnds(file);
    if (ends === null) continue;
    const line = firstLine(file, ends);
    if (line === null) return { run: null, why: `${name} has no whole first line` };
    const start = savedStartSchema.safeParse(line);
    if (!start.success || line['formatVersion'] !== version) {
      const why =
        Number(line['formatVersion']) > version ? 'was written by a newer chaosx' : 'is not of chaosx';
      return { run: null, why: `${name} ${why}` };
    }
    const { seed, startedAt } = start.data;
    const { mtimeMs: writtenAtMs } = ends;
    const begun = {
      path,
      seed,
      startedAt,
      durationSeconds: null,
      status: 'unfinished',
      verdict: null,
      writtenAtMs,
    } as const;
    return start.data.type === 'run-started'
      ? { run: { ...begun, experiment: start.data.experiment, kind: 'run', id: start.data.runId } }
      : { run: { ...begun, experiment: start.data.name, kind: start.data.kind, id: start.data.campaignId } };
  }
  return { run: null, why: null };
}

/** The object on the first line of a file; null when the line is not whole or no object. */
function firstLine(file: string, { head, whole }: FileEnds): Readonly<Record<string, unknown>> | null {
  const text = whole || head.includes('\n') ? head : (readFileEnds(file, longestLine)?.head ?? '');
  const end = text.indexOf('\n');
  if (end === -1) return null;
  try {
    const value: unknown = JSON.parse(text.slice(0, end));
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : null;
  } catch {
    return null;
  }
}
