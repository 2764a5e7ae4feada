import { stat } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';

/** Files in a folder by which people may name it. */
const known = ['results.json', 'events.jsonl', 'campaign.jsonl', 'report.html', 'junit.xml'];

/**
 * A file of the folder that a person means by a path: the folder, a file in it, a `latest` link, or an experiment's folder,
 * which means its latest.
 *
 * @returns absolute; null when there is none
 */
export async function findSavedFile(path: string, name: string): Promise<string | null> {
  const asked = resolve(path);
  const inFolder = known.includes(basename(asked)) ? dirname(asked) : asked;
  for (const folder of [inFolder, join(inFolder, 'latest')]) {
    const file = join(folder, name);
    if (await isFile(file)) return file;
  }
  return null;
}

async function isFile(path: string): Promise<boolean> {
  try {
    return (await stat(path)).isFile();
  } catch {
    return false;
  }
}
