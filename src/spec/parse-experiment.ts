import { dirname, resolve } from 'node:path';
import type { Experiment } from '../model/experiment.js';
import { check } from '../model/schema/check.js';
import { brokenRules } from '../model/schema/experiment-rules.js';
import type { Problem } from '../model/schema/problem.js';
import { withParameterHints } from '../scenarios/parameter-hints.js';
import { experimentFileSchema } from './experiment-file-schema.js';
import { experimentProblems } from './experiment-problems.js';
import { fileOutline } from './file-outline.js';
import { toExperiment } from './to-experiment.js';
import { readYaml } from './yaml-source.js';

/**
 * The experiment that a text of YAML describes, with defaults filled in.
 *
 * @param text - the file's text
 * @param fileName - its path: begins every message, and its folder is where the target runs
 * @throws ChaosError INVALID_INPUT that lists every mistake with line and column; `problemsIn` gives them as data
 * @example
 * ```ts
 * const experiment = parseExperiment(await readFile('shop.yaml', 'utf8'), 'shop.yaml');
 * ```
 */
export function parseExperiment(text: string, fileName: string): Experiment {
  const source = readYaml(text);
  const { data, syntaxProblems } = source;
  const isUnreadable = data === undefined && syntaxProblems.length > 0;
  if (isUnreadable) throw experimentProblems(fileName, syntaxProblems);
  const checked = check(experimentFileSchema, data);
  const problems: readonly Problem[] = [
    ...(checked.ok ? [] : withParameterHints(data === null ? [emptyFile] : checked.problems)),
    ...brokenRules(fileOutline(data)),
  ];
  if (!checked.ok || problems.length > 0 || syntaxProblems.length > 0) {
    throw experimentProblems(fileName, [
      ...syntaxProblems,
      ...problems.map((problem) => source.place(problem)),
    ]);
  }
  return toExperiment(checked.value, resolve(dirname(fileName)));
}

const emptyFile: Problem = {
  path: [],
  at: 'value',
  message: 'expected an experiment, got an empty file',
  hint: 'begin with name, targetSystem, probes and scenarios',
};
