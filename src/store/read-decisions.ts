import { stat } from 'node:fs/promises';
import { z } from 'zod';
import type { EventOf } from '../model/events.js';
import { readLines } from './read-lines.js';

/** A line of `decisions.jsonl`. */
const lineSchema = z.tuple([z.int().min(0), z.string(), z.string(), z.int().min(0), z.string()]);

/**
 * The decisions of a run that are no events of their own, if there are any. A line that a crash tore off is ignored.
 *
 * @param path - of a `decisions.jsonl`, which need not exist
 * @throws ChaosError STORAGE_FAILED when it cannot be read
 */
export async function* readDecisions(
  path: string,
): AsyncGenerator<Omit<EventOf<'decision-fired'>, 'type' | 't'>, void, undefined> {
  if (!(await exists(path))) return;
  for await (const { text } of readLines(path)) {
    const parsed = lineSchema.safeParse(jsonOf(text));
    if (!parsed.success) continue;
    const [scenario, rule, site, n, effect] = parsed.data;
    yield { scenario, rule, site, n, effect };
  }
}

async function exists(path: string): Promise<boolean> {
  try {
    return (await stat(path)).isFile();
  } catch {
    return false;
  }
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
