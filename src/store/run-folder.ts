import { mkdir, rmdir } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import { ChaosError } from '../model/chaos-error.js';
import { redactUrlCredentials } from '../model/redact.js';
import { folderName } from './folder-name.js';
import { makeFolder } from './make-folder.js';
import { pointLatestTo } from './point-latest-to.js';
import { storageError } from './storage-error.js';
import { writeFileAtomically } from './write-file-atomically.js';

/** Where one run is kept: `<results>/<experiment>/<time>/`. */
export interface RunFolder {
  /** Absolute. */
  readonly path: string;
  /**
   * The path of a file in the folder.
   *
   * @throws ChaosError INVALID_INPUT when the name is not a plain file name
   */
  outputPath(name: string): string;
  /**
   * Writes a file all at once, credentials in URLs redacted.
   *
   * @throws ChaosError STORAGE_FAILED
   */
  writeText(name: string, text: string): Promise<void>;
}

export interface RunFolderOptions {
  /** Created when missing, e.g. `chaos_results`. */
  readonly resultsDirectory: string;
  readonly experimentName: string;
  readonly startedAt: Date;
  /** Kept as `experiment.yaml`, credentials in URLs redacted. */
  readonly experimentText?: string | undefined;
}

/**
 * Creates the folder of a run, of its own even when two start in the same millisecond, and points the experiment's
 * `latest` link to it where the file system has links.
 *
 * @throws ChaosError STORAGE_FAILED when it cannot be written
 */
export async function createRunFolder(options: RunFolderOptions): Promise<RunFolder> {
  const parent = resolve(options.resultsDirectory, folderName(options.experimentName));
  const path = await makeUnique(parent, options.startedAt.toISOString().replaceAll(/[:.]/g, '-'));
  const folder = runFolderAt(path);
  await keepExperiment(folder, options.experimentText);
  await pointLatestTo(path);
  return folder;
}

/**
 * Creates a run's folder at a path that the caller chose, as the rounds of a campaign have.
 *
 * @throws ChaosError STORAGE_FAILED when it cannot be created
 */
export async function createRunFolderAt(path: string, experimentText?: string): Promise<RunFolder> {
  const absolute = resolve(path);
  await makeFolder(absolute);
  const folder = runFolderAt(absolute);
  await keepExperiment(folder, experimentText);
  return folder;
}

/** A run that cannot keep its experiment does not start: the folder is taken back. */
async function keepExperiment(folder: RunFolder, text: string | undefined): Promise<void> {
  if (text === undefined) return;
  try {
    await folder.writeText('experiment.yaml', text);
  } catch (error) {
    await rmdir(folder.path).catch(() => undefined);
    throw error;
  }
}

function runFolderAt(path: string): RunFolder {
  const outputPath = (name: string) => {
    if (basename(name) !== name || name === '' || name.startsWith('.')) {
      throw new ChaosError('INVALID_INPUT', `expected a plain file name, got ${JSON.stringify(name)}`);
    }
    return join(path, name);
  };
  return {
    path,
    outputPath,
    writeText: async (name, text) => writeFileAtomically(outputPath(name), redactUrlCredentials(text)),
  };
}

async function makeUnique(parent: string, time: string): Promise<string> {
  await makeFolder(parent);
  for (let n = 1; ; n += 1) {
    const path = join(parent, n === 1 ? time : `${time}-${n}`);
    try {
      await mkdir(path);
      return path;
    } catch (error) {
      // Another run has this name; it is never shared. Anything else would not be better with the next name.
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw storageError('create', path, error);
    }
  }
}
