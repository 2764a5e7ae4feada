import { stat } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { ChaosError } from '../model/chaos-error.js';

/**
 * The `events.jsonl` that a person means by a path: of a run's folder, of a file in it (`results.json`, `events.jsonl`),
 * of a `latest` link, or of an experiment's folder, which means its latest run.
 *
 * @throws ChaosError INVALID_INPUT when there is no run
 */
export async function findRun(path: string): Promise<string> {
  const asked = resolve(path);
  const inFolder = ['results.json', 'events.jsonl'].includes(basename(asked)) ? dirname(asked) : asked;
  for (const folder of [inFolder, join(inFolder, 'latest')]) {
    const events = join(folder, 'events.jsonl');
    if (await isFile(events)) return events;
  }
  throw new ChaosError('INVALID_INPUT', `expected a run's folder with events.jsonl in it, got ${path}`, {
    hint: 'give chaos_results/<experiment>/<time>, chaos_results/<experiment>/latest, or its results.json',
  });
}

async function isFile(path: string): Promise<boolean> {
  try {
    return (await stat(path)).isFile();
  } catch {
    return false;
  }
}
