import { basename, resolve } from 'node:path';
import { ChaosError } from '../model/chaos-error.js';
import { type Duration, toMs } from '../model/duration.js';
import type { DependencySpec } from '../model/experiment.js';
import type { Scenario } from '../model/scenario.js';
import { splitCommand } from '../model/split-command.js';
import { scenariosNamed } from '../scenarios/scenarios-named.js';
import { startedTarget } from '../targets/started-target.js';
import { reportSource } from './report-source.js';
import type { SuiteCampaign } from './suite-run.js';
import { scenariosForSuite } from './suite-scenarios.js';

/** What is asked of a suite; what is left out has a default. */
export interface SuiteRequest {
  /** A program and its arguments; a string is split without a shell. */
  readonly command: string | readonly string[];
  /** Ids of the catalogue, or ready ones. Default: all of the catalogue that a test command can be given here. */
  readonly scenarios?: readonly (string | Scenario)[] | undefined;
  /** Runs of each scenario. Default 5; fewer give no intervals. */
  readonly repeats?: number | undefined;
  /** Runs without chaos before the first with it, from 1 on. Default 2; one more comes with each repeat. */
  readonly undisturbed?: number | undefined;
  /** Least share of tests that pass under a scenario, 0–1. Default 0.95. */
  readonly passRate?: number | undefined;
  /**
   * `junit:PATH` for a file that the command writes, `junit` where the command has `{report}` in it, `tap`, `none` for the exit
   * code alone. Default `auto`: TAP when its output is TAP, else the exit code alone.
   */
  readonly report?: string | undefined;
  /** For one run of the command. Default 10 min; under chaos also ten times the slowest run without, at least 60 s. */
  readonly timeLimit?: Duration | undefined;
  /** Default: the working directory. */
  readonly cwd?: string | undefined;
  /** Added to this process's environment. */
  readonly env?: Readonly<Record<string, string>> | undefined;
  /** What its tests connect to, by name: they are then reached through chaosx's proxy. */
  readonly dependencies?: Readonly<Record<string, DependencySpec>> | undefined;
  /** Default: that of the folder. */
  readonly name?: string | undefined;
}

type Decided = Omit<SuiteCampaign, 'campaign' | 'signal'>;

/**
 * Decides all that can be decided about a suite before anything starts.
 *
 * @throws ChaosError INVALID_INPUT, MISSING_INPUT, UNKNOWN_NAME or UNSUPPORTED_SCENARIO
 */
export async function suiteFor(request: SuiteRequest): Promise<Decided> {
  const { repeats = 5, undisturbed = 2, passRate = 0.95, report = 'auto', timeLimit = '10m' } = request;
  const cwd = resolve(request.cwd ?? '.');
  const command = commandOf(request.command);
  requireWhole('repeats', repeats);
  requireWhole('undisturbed', undisturbed);
  if (!(passRate >= 0 && passRate <= 1))
    throw new ChaosError('INVALID_INPUT', `expected passRate from 0 to 1, got ${String(passRate)}`);
  const timeLimitMs = toMs(timeLimit);
  if (timeLimitMs <= 0)
    throw new ChaosError('INVALID_INPUT', `expected a time limit above 0, got ${timeLimit}`);
  const name = request.name ?? `suite ${basename(cwd)}`;
  const { env = {}, dependencies = {} } = request;
  const spec = { name, command, cwd, env, dependencies, report: reportSource(report, command) };
  const isAsked = request.scenarios !== undefined;
  const scenarios = isAsked
    ? scenariosNamed(request.scenarios)
    : await scenariosForSuite(startedTarget({ ...spec, start: command }));
  if (scenarios.length === 0) {
    throw new ChaosError('MISSING_INPUT', 'expected scenarios, got none', {
      hint: 'leave them out for all that a test command can be given',
    });
  }
  refuseSameNames(scenarios);
  return { spec, reportText: report, scenarios, isAsked, repeats, undisturbed, passRate, timeLimitMs };
}

function commandOf(command: SuiteRequest['command']): readonly [string, ...string[]] {
  if (typeof command === 'string') return splitCommand(command);
  const [program, ...args] = command;
  if (program !== undefined && program !== '') return [program, ...args];
  throw new ChaosError('MISSING_INPUT', 'expected a test command, got none', {
    hint: 'chaosx suite -- npm test',
  });
}

function requireWhole(what: string, value: number): void {
  if (Number.isInteger(value) && value >= 1) return;
  throw new ChaosError('INVALID_INPUT', `expected ${what} to be a whole number from 1 on, got ${value}`);
}

/** Runs are told apart by the name of their scenario. */
function refuseSameNames(scenarios: readonly Scenario[]): void {
  const names = scenarios.map(({ name }) => name);
  const twice = names.find((name, i) => names.indexOf(name) !== i);
  if (twice === undefined) return;
  throw new ChaosError('INVALID_INPUT', `two scenarios are called ${JSON.stringify(twice)}`, {
    hint: 'give each a name of its own',
  });
}
