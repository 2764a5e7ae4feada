import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ChaosError } from '../model/chaos-error.js';
import type { Experiment } from '../model/experiment.js';
import { prepareRun } from '../orchestrator/prepare-run.js';
import { readExperimentFile } from '../spec/read-experiment-file.js';
import { storedExperimentText } from '../spec/stored-experiment.js';

/** An experiment of a folder. */
export interface ExperimentFile {
  /** Its name in the folder. */
  readonly file: string;
  readonly experiment: Experiment;
  /** What it is run on. */
  readonly target: string;
  /** The same for the same experiment, wherever it lies and whatever its comments and its seed. */
  readonly fingerprint: string;
  /** Without secrets. */
  readonly text: string;
}

export interface ExperimentFolder {
  /** By name. */
  readonly files: readonly ExperimentFile[];
  /** One error for each file that cannot be run. */
  readonly refused: readonly unknown[];
}

/**
 * Reads and checks all experiment files in a folder (`*.yaml`, `*.yml`, not below it); nothing is started.
 *
 * @throws ChaosError INVALID_INPUT when it is no folder, MISSING_INPUT when it has no experiment file
 */
export async function readExperimentFolder(folder: string): Promise<ExperimentFolder> {
  const names = await experimentNames(folder);
  const files: ExperimentFile[] = [];
  const refused: unknown[] = [];
  for (const file of names) {
    const path = join(folder, file);
    try {
      const experiment = await readExperimentFile(path);
      // Who else is hit is asked for all of them together, or was allowed.
      const { plan } = await prepareRun(experiment, { allowLocalProcesses: true });
      const text = storedExperimentText(await readFile(path, 'utf8'), path);
      files.push({
        file,
        experiment,
        target: plan.target.name,
        fingerprint: fingerprintOf(experiment),
        text,
      });
    } catch (error) {
      refused.push(error);
    }
  }
  return { files, refused };
}

async function experimentNames(folder: string): Promise<readonly string[]> {
  let names: readonly string[];
  try {
    names = await readdir(folder);
  } catch (cause) {
    const code = (cause as NodeJS.ErrnoException).code ?? String(cause);
    throw new ChaosError(
      'INVALID_INPUT',
      `expected a folder with experiment files, got ${folder} (${code})`,
      {
        hint: 'give the folder that your experiment files are in, e.g. `chaosx daily experiments`',
        cause,
      },
    );
  }
  const experiments = names.filter((name) => /^[^.].*\.ya?ml$/.test(name)).toSorted();
  if (experiments.length > 0) return experiments;
  throw new ChaosError('MISSING_INPUT', `expected experiment files (*.yaml, *.yml) in ${folder}, got none`, {
    hint: 'files in folders below it are not looked at',
  });
}

function fingerprintOf({ targetSystem, ...rest }: Experiment): string {
  const system = typeof targetSystem === 'object' ? { ...targetSystem, cwd: undefined } : targetSystem;
  return createHash('sha256')
    .update(JSON.stringify({ ...rest, seed: undefined, system }))
    .digest('hex')
    .slice(0, 16);
}
