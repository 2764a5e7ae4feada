import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ChaosError } from '../model/chaos-error.js';
import { redactUrlCredentials } from '../model/redact.js';
import { parseExperiment } from '../spec/parse-experiment.js';
import { readExperimentFile } from '../spec/read-experiment-file.js';
import type { Experiment } from '../model/experiment.js';
import { originOfStored, storedExperimentText } from '../spec/stored-experiment.js';

/** The experiment of a saved run, as its file has it. */
export interface ReplayedFile {
  readonly experiment: Experiment;
  /** Kept beside the new run. */
  readonly text: string;
  /** Something that the person should know; null when there is nothing. */
  readonly note: string | null;
}

/**
 * Finds the experiment file that a saved run was made from. The copy in its folder has no values of variables and no
 * credentials, so the file itself is read, when it is still the same.
 *
 * @param folder - of the run
 * @param asked - the file that the person named
 * @throws ChaosError INVALID_INPUT or MISSING_INPUT when there is none that can be run; nothing was started
 */
export async function replayedFile(folder: string, asked: string | undefined): Promise<ReplayedFile> {
  const copy = await textOf(join(folder, 'experiment.yaml'));
  if (asked !== undefined) return fromPath(asked, copy);
  if (copy === null) throw noCopy(folder);
  const origin = originOfStored(copy);
  if (origin === null) throw unusable(folder, 'the copy there does not say which file it was made from');
  const now = await textOf(origin);
  if (now === null) throw unusable(folder, `${origin} is not there any more`);
  if (kept(now, origin) === copy) return fromPath(origin, copy);
  if (!lacksValues(copy)) return fromCopy(join(folder, 'experiment.yaml'), copy, origin);
  throw unusable(folder, `${origin} was changed since, and the copy there has no secrets: ${lacking(copy)}`);
}

async function fromPath(path: string, copy: string | null): Promise<ReplayedFile> {
  const experiment = await readExperimentFile(path);
  const text = storedExperimentText(await readFile(path, 'utf8'), path);
  const isSame = copy === null || withoutOrigin(redactUrlCredentials(text)) === withoutOrigin(copy);
  const note = isSame ? null : `${path} is not the experiment that was run then`;
  return { experiment, text, note };
}

/** Nothing is missing in the copy, but for the folder that its paths are seen from: that of the file. */
async function fromCopy(path: string, copy: string, origin: string): Promise<ReplayedFile> {
  // Mistakes are told with the place in the copy; the target runs where it ran.
  parseExperiment(copy, path);
  const note = `${origin} was changed since: the copy in the run's folder is run`;
  return { experiment: parseExperiment(copy, origin), text: copy, note };
}

function kept(text: string, path: string): string {
  return redactUrlCredentials(storedExperimentText(text, path));
}

function withoutOrigin(text: string): string {
  return originOfStored(text) === null ? text : text.slice(text.indexOf('\n') + 1);
}

const notStored = '(not stored)';

function lacksValues(copy: string): boolean {
  return lacking(copy) !== '';
}

function lacking(copy: string): string {
  const what = [
    ...(copy.includes(notStored) ? ['values of environment variables'] : []),
    ...(/:\/\/\*{3}@/.test(copy) ? ['credentials in URLs'] : []),
  ];
  return what.join(', ');
}

function unusable(folder: string, why: string): ChaosError {
  return new ChaosError('MISSING_INPUT', `${folder} cannot be replayed by itself: ${why}`, {
    hint: `name the experiment file: \`chaosx replay ${folder} --file experiment.yaml\``,
  });
}

function noCopy(folder: string): ChaosError {
  return new ChaosError(
    'MISSING_INPUT',
    `expected an experiment.yaml in ${folder}, there is none: the run was made in code`,
    {
      hint: 'replay it in code, `orchestrator.runExperiment(experiment, healthCheck, { seed })` with the seed in its results.json, and compare with `replayCoverage(earlier, later)`; for a run of a file, name it with --file',
    },
  );
}

/** null: there is none that can be read. */
async function textOf(path: string): Promise<string | null> {
  try {
    return await readFile(path, 'utf8');
  } catch {
    return null;
  }
}
