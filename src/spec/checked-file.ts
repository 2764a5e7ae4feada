import { check } from '../model/schema/check.js';
import { brokenRules } from '../model/schema/experiment-rules.js';
import type { Problem } from '../model/schema/problem.js';
import { withParameterHints } from '../scenarios/parameter-hints.js';
import { type ExperimentFile, experimentFileSchema } from './experiment-file-schema.js';
import { experimentProblems } from './experiment-problems.js';
import { fileOutline } from './file-outline.js';
import { readYaml } from './yaml-source.js';

/**
 * What a text of YAML says, with defaults filled in.
 *
 * @throws ChaosError INVALID_INPUT that lists every mistake with line and column
 */
export function checkedFile(text: string, fileName: string): ExperimentFile {
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
  return checked.value;
}

const emptyFile: Problem = {
  path: [],
  at: 'value',
  message: 'expected an experiment, got an empty file',
  hint: 'begin with name, targetSystem, probes and scenarios',
};
