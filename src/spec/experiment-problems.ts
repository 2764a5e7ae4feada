import { ChaosError } from '../model/chaos-error.js';
import { formatPath } from '../model/schema/problem.js';
import type { PlacedProblem } from './yaml-source.js';

/**
 * One mistake as text, one or two lines.
 *
 * @example `shop.yaml:5:11 probes[0].every: expected …, got …`
 */
function formatProblem(fileName: string, { path, line, column, message, hint }: PlacedProblem): string {
  const where = path.length === 0 ? '' : ` ${formatPath(path)}:`;
  return `${fileName}:${line}:${column}${where} ${message}${hint === undefined ? '' : `\n    ${hint}`}`;
}

/** The error of a file with mistakes: its message lists all of them, `problemsIn` gives them as data. */
export function experimentProblems(fileName: string, problems: readonly PlacedProblem[]): ChaosError {
  const sorted = problems.toSorted((a, b) => a.line - b.line || a.column - b.column);
  const title = `${fileName} has ${sorted.length === 1 ? 'a mistake' : `${sorted.length} mistakes`}`;
  const lines = sorted.map((problem) => `  ${formatProblem(fileName, problem)}`);
  return new ChaosError('INVALID_INPUT', [`${title}:`, ...lines].join('\n'), { cause: { problems: sorted } });
}

/** The mistakes of a file that `parseExperiment` refused; none for any other error. */
export function problemsIn(error: ChaosError): readonly PlacedProblem[] {
  const cause = error.cause as { readonly problems?: readonly PlacedProblem[] } | undefined;
  return cause?.problems?.filter((problem) => 'line' in problem) ?? [];
}
