import { activeTimes } from '../../model/active-times.js';
import { type ChaosError, isChaosError } from '../../model/chaos-error.js';
import { formatMs, toMs } from '../../model/duration.js';
import type { Experiment, RunningSpec } from '../../model/experiment.js';
import { formatPath } from '../../model/schema/problem.js';
import { withDefaultCriteria } from '../../model/success-criteria.js';
import { refusedExitCode } from '../../model/verdict.js';
import { problemsIn } from '../../spec/experiment-problems.js';
import { readExperimentFile } from '../../spec/read-experiment-file.js';
import { frontsText } from '../../targets/fronts-text.js';
import { isFrontSpec } from '../../targets/fronted-target.js';
import { isRunningSpec } from '../../targets/running-target.js';
import { emphasis } from '../emphasis.js';

export interface ValidateOptions {
  readonly json: boolean;
  /** Default false. */
  readonly color?: boolean;
}

/** What a command prints and exits with. */
export interface CommandResult {
  readonly output: string;
  readonly exitCode: number;
}

type Checked =
  | { readonly path: string; readonly experiment: Experiment }
  | { readonly path: string; readonly error: ChaosError };

/**
 * Checks experiment files: every mistake with its place, or the plan in short. Nothing is started.
 *
 * @returns exit code 0 when all are valid, 2 otherwise
 */
export async function validateFiles(
  paths: readonly string[],
  { json, color = false }: ValidateOptions,
): Promise<CommandResult> {
  const files = await Promise.all(paths.map(checkFile));
  const wrong = files.filter((file) => 'error' in file).length;
  const exitCode = wrong === 0 ? 0 : refusedExitCode;
  if (json) {
    const document = { valid: wrong === 0, files: files.map(asJson) };
    return { output: `${JSON.stringify(document, null, 2)}\n`, exitCode };
  }
  const parts = files.map((file) =>
    'error' in file ? mistakes(file.error) : inShort(file.path, file.experiment, color),
  );
  if (files.length > 1)
    parts.push(`${files.length} files, ${wrong === 0 ? 'all valid' : `${wrong} with mistakes`}\n`);
  return { output: parts.join('\n'), exitCode };
}

async function checkFile(path: string): Promise<Checked> {
  try {
    return { path, experiment: await readExperimentFile(path) };
  } catch (error) {
    if (isChaosError(error)) return { path, error };
    throw error;
  }
}

function mistakes({ message, hint }: ChaosError): string {
  return hint === undefined ? `${message}\n` : `${message}\n    ${hint}\n`;
}

function inShort(path: string, experiment: Experiment, color: boolean): string {
  const { name, steadyStateHypothesis, baseline, holdTime, maxRecoveryWait, seed } = experiment;
  const [first, ...others] = scenarioLines(experiment);
  const lines = [
    `${path} is valid`,
    `  ${emphasis(name, color)}`,
    `  target      ${targetText(experiment)}`,
    ...(steadyStateHypothesis === '' ? [] : [`  hypothesis  ${steadyStateHypothesis}`]),
    `  scenarios   ${first}`,
    ...others.map((line) => `              ${line}`),
    `  probes      ${experiment.probes.map(({ name: probe, every = 1 }) => `${probe} every ${formatMs(toMs(every))}`).join(', ')}`,
    `  criteria    ${criteriaText(experiment)}`,
    `  phases      baseline ${formatMs(toMs(baseline))}, hold ${formatMs(toMs(holdTime))}, recovery at most ${formatMs(toMs(maxRecoveryWait))}`,
    `  seed        ${seed ?? 'drawn at the start'}`,
  ];
  return `${lines.join('\n')}\n`;
}

function targetText({ targetSystem }: Experiment): string {
  if (typeof targetSystem !== 'object' || 'kind' in targetSystem) return 'this process';
  if (isFrontSpec(targetSystem)) {
    const { name } = targetSystem;
    const fronts =
      'fronts' in targetSystem ? Object.entries(targetSystem.fronts) : [[name, targetSystem] as const];
    return frontsText(
      name,
      fronts.map(([component, place]) => ({ component, ...place })),
    );
  }
  if ('address' in targetSystem) return `${targetSystem.name} at ${[targetSystem.address].flat().join(', ')}`;
  if (isRunningSpec(targetSystem)) return `${targetSystem.name}, ${processText(targetSystem)}`;
  const dependencies = Object.keys(targetSystem.dependencies ?? {});
  return dependencies.length === 0
    ? targetSystem.name
    : `${targetSystem.name}, which depends on ${dependencies.join(', ')}`;
}

/** Which process it is, is looked up when it is run. */
function processText({ pid, port, command }: RunningSpec): string {
  if (pid !== undefined) return `process ${pid}`;
  return port === undefined
    ? `the process with the command line ${command}`
    : `whoever listens on port ${port}`;
}

function plannedScenarios({ scenarios, duration, parallel }: Experiment) {
  const askedMs = scenarios.map((scenario) => toMs(scenario.duration));
  const activeMs = activeTimes({
    askedMs,
    capMs: duration === undefined ? undefined : toMs(duration),
    parallel,
  });
  return scenarios.map((scenario, index) => {
    const { name, probability, targetComponents } = scenario;
    return {
      name,
      activeMs: activeMs[index] ?? 0,
      askedMs: askedMs[index] ?? 0,
      probability,
      targetComponents,
    };
  });
}

function scenarioLines(experiment: Experiment): readonly string[] {
  return plannedScenarios(experiment).map(({ name, activeMs, askedMs, probability, targetComponents }) => {
    const on = targetComponents.length === 0 ? '' : ` on ${targetComponents.join(', ')}`;
    const clipped = activeMs < askedMs ? ` (of ${formatMs(askedMs)}: the experiment's duration ends it)` : '';
    const together = experiment.parallel ? ', together with the others' : '';
    const chance = probability < 1 ? `, with probability ${probability}` : '';
    return `${name}${on} for ${formatMs(activeMs)}${clipped}${chance}${experiment.scenarios.length > 1 ? together : ''}`;
  });
}

function criteriaText({ successCriteria }: Experiment): string {
  if (typeof successCriteria === 'function') return 'a function';
  const { criteria, added } = withDefaultCriteria(successCriteria);
  const limits = Object.entries(criteria).map(([name, limit]) => `${name} ${String(limit)}`);
  return `${limits.join(', ')}${added ? ' (added: nothing else would notice failures)' : ''}`;
}

function asJson(file: Checked): Readonly<Record<string, unknown>> {
  if ('error' in file) {
    const { message, hint } = file.error;
    const placed = problemsIn(file.error).map(({ line, column, path, message: what, hint: advice }) => ({
      line,
      column,
      path: formatPath(path),
      message: what,
      hint: advice ?? null,
    }));
    const unreadable = [{ line: null, column: null, path: '', message, hint: hint ?? null }];
    return { file: file.path, valid: false, problems: placed.length > 0 ? placed : unreadable, plan: null };
  }
  return { file: file.path, valid: true, problems: [], plan: planJson(file.experiment) };
}

function planJson(experiment: Experiment): Readonly<Record<string, unknown>> {
  const { name, targetSystem, probes, successCriteria, seed = null, parallel } = experiment;
  const { criteria, added } =
    typeof successCriteria === 'function'
      ? { criteria: 'function', added: false }
      : withDefaultCriteria(successCriteria);
  return {
    name,
    target: typeof targetSystem === 'object' ? targetSystem.name : (targetSystem ?? null),
    scenarios: plannedScenarios(experiment),
    parallel,
    probes: probes.map(({ name: probe, every = 1 }) => ({ name: probe, everyMs: toMs(every) })),
    criteria,
    criterionAdded: added,
    seed,
  };
}
