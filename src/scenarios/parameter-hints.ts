import type { Problem } from '../model/schema/problem.js';
import { scenarioDefinitions } from './scenario-definitions.js';

/**
 * Says of unknown parameters which scenarios they belong to, where they belong to one.
 *
 * @param problems - of a scenario, or of an experiment with scenarios
 */
export function withParameterHints(problems: readonly Problem[]): readonly Problem[] {
  return problems.map((problem) => {
    const { path, at } = problem;
    const name = path.at(-1);
    if (at !== 'key' || path.at(-2) !== 'parameters' || typeof name !== 'string') return problem;
    if (name === 'when')
      return { ...problem, hint: '`when` is a function: in the API only, a file holds no code' };
    const owners = Object.values(scenarioDefinitions).filter(({ described }) =>
      described.some((parameter) => parameter.name === name),
    );
    if (owners.length === 0) return problem;
    const belongs = `${name} is a parameter of ${owners.map(({ id }) => id).join(', ')}`;
    return { ...problem, hint: problem.hint === undefined ? belongs : `${problem.hint}; ${belongs}` };
  });
}
