import { resolve } from 'node:path';
import { redactExperimentText } from './redact-experiment-text.js';

const mark = '# A copy without secrets, made by chaosx for this run, of ';

/**
 * An experiment file as it is kept beside a run: without secrets (`redactExperimentText`), and with the path that it came
 * from, by which a replay finds the values that were not stored.
 *
 * @param path - of the file, as it was given
 */
export function storedExperimentText(text: string, path: string): string {
  return `${mark}${JSON.stringify(resolve(path))}\n${redactExperimentText(text)}`;
}

/** The path of the file that a stored experiment is a copy of; null when it does not say. */
export function originOfStored(stored: string): string | null {
  const [first = ''] = stored.split('\n', 1);
  if (!first.startsWith(mark)) return null;
  try {
    const path: unknown = JSON.parse(first.slice(mark.length));
    return typeof path === 'string' ? path : null;
  } catch {
    return null;
  }
}
