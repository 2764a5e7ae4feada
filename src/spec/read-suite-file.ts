import { dirname, resolve } from 'node:path';
import { check } from '../model/schema/check.js';
import type { ChaosScenario } from '../scenarios/chaos-scenario.js';
import { withParameterHints } from '../scenarios/parameter-hints.js';
import { experimentProblems } from './experiment-problems.js';
import { readText } from './read-text.js';
import { type SuiteFile, suiteFileSchema } from './suite-file-schema.js';
import { toScenario } from './to-experiment.js';
import { readYaml } from './yaml-source.js';

/** A suite as its file has it, with its scenarios made; its folder is where it runs. */
export interface SuiteOfFile extends Omit<SuiteFile, 'scenarios' | 'cwd'> {
  /** Absolute. */
  readonly cwd: string;
  readonly scenarios?: readonly ChaosScenario[];
}

/**
 * Reads what is asked of a suite from a YAML file.
 *
 * @throws ChaosError INVALID_INPUT when it cannot be read, and with every mistake in it
 */
export async function readSuiteFile(path: string): Promise<SuiteOfFile> {
  const source = readYaml(await readText(path));
  const checked = check(suiteFileSchema, source.data ?? {});
  const problems = checked.ok ? [] : withParameterHints(checked.problems);
  if (!checked.ok || source.syntaxProblems.length > 0) {
    const placed = problems.map((problem) => source.place(problem));
    throw experimentProblems(path, [...source.syntaxProblems, ...placed]);
  }
  const { scenarios, cwd, ...rest } = checked.value;
  return {
    ...rest,
    cwd: resolve(dirname(path), cwd ?? '.'),
    ...(scenarios !== undefined && { scenarios: scenarios.map(toScenario) }),
  };
}
