import { randomInt } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { defaultResilienceTargets } from '../../api/resilience-tester.js';
import { runTester } from '../../campaign/run-tester.js';
import { supportedScenarios } from '../../campaign/supported-scenarios.js';
import { unaskedScenarios } from '../../campaign/unasked-scenarios.js';
import { allFaults } from '../../faults/all-faults.js';
import { ChaosError } from '../../model/chaos-error.js';
import type { Experiment } from '../../model/experiment.js';
import type { Scenario } from '../../model/scenario.js';
import { systemClock } from '../../model/system-clock.js';
import { resolveTarget } from '../../orchestrator/resolve-target.js';
import { scenariosNamed } from '../../scenarios/scenarios-named.js';
import { readExperimentFile } from '../../spec/read-experiment-file.js';
import { storedExperimentText } from '../../spec/stored-experiment.js';
import { campaignReports } from '../campaign-reports.js';
import { reportError } from '../error-text.js';
import { exitCodeFor } from '../exit-code-for.js';
import { isColored } from '../is-colored.js';
import { requireLocalConsent } from '../require-local-consent.js';
import { roundLine } from '../round-line.js';
import { stopOnSignals } from '../stop-on-signals.js';
import { renderTesterSummary } from '../tester-summary.js';

export interface TestOptions {
  readonly scenarios?: readonly string[];
  readonly iterations?: number;
  readonly rate: number;
  readonly duration?: string;
  readonly seed?: number;
  readonly yes?: boolean;
  readonly results: string;
  readonly json?: boolean;
}

/** Fewer runs of a scenario give no interval. */
const runsOfAScenario = 5;

/** Tests the resilience of the system in a file; the exit code is that of the verdict. */
export async function testFile(path: string, options: TestOptions): Promise<number> {
  const { stdout, stderr } = process;
  const file = await readExperimentFile(path);
  const { experiment, probe } = withCaller(file, path, options.rate);
  const chosen = await chosenScenarios(experiment, options);
  const { duration } = options;
  const scenarios = chosen.map((each) => (duration === undefined ? each : { ...each, duration }));
  const runs = options.iterations ?? runsOfAScenario * scenarios.length;
  if (runs < 1) {
    throw new ChaosError('INVALID_INPUT', `expected --iterations from 1 on, got ${runs}`, {
      hint: 'five or more of a scenario give intervals',
    });
  }
  await requireLocalConsent([{ ...experiment, scenarios }], options.yes);
  using stop = stopOnSignals('breaks-things');
  const written = campaignReports((warning) => stderr.write(warning));
  const { results, folder, mishaps } = await runTester({
    experiment,
    scenarios,
    runs,
    probe,
    targets: defaultResilienceTargets,
    prepare: { allowLocalProcesses: true },
    campaign: {
      seed: options.seed ?? experiment.seed ?? randomInt(2 ** 31),
      resultsDirectory: options.results,
      clock: systemClock,
      ...written.hooks,
      onEvent: (event) => {
        if (event.type !== 'round-ended') return;
        stderr.write(roundLine(`${event.round + 1}/${runs}`, event.summary));
      },
    },
    experimentText: storedExperimentText(await readFile(path, 'utf8'), path),
    signal: stop.signal,
  });
  if (options.json === true) stdout.write(`${JSON.stringify(results, null, 2)}\n`);
  else stdout.write(`\n${renderTesterSummary(results, { color: isColored(stdout), folder })}`);
  const report = await written.write(folder, results);
  if (options.json !== true && report !== null) stdout.write(`  report  ${report}\n`);
  const reports = mishaps.map(reportError);
  for (const { text } of reports) stderr.write(text);
  return exitCodeFor([results.verdict], reports);
}

/** The first HTTP probe is the call of a user, made at the rate that was asked for. */
function withCaller(
  file: Experiment,
  path: string,
  perSecond: number,
): { readonly experiment: Experiment; readonly probe: string } {
  const caller = file.probes.find((probe) => 'http' in probe);
  if (caller === undefined) {
    throw new ChaosError('MISSING_INPUT', `${path}: expected an HTTP probe to call the system by, got none`, {
      hint: 'add one: `probes: [{ name: checkout, http: "http://127.0.0.1:3000/checkout/42" }]`',
    });
  }
  if (perSecond < 1) {
    throw new ChaosError('INVALID_INPUT', `expected --rate from 1 on, got ${perSecond}`);
  }
  const every = 1 / perSecond;
  const probes = file.probes.map((probe) => (probe === caller ? { ...probe, every } : probe));
  return { experiment: { ...file, probes }, probe: caller.name };
}

async function chosenScenarios(
  experiment: Experiment,
  { scenarios: asked }: TestOptions,
): Promise<readonly Scenario[]> {
  if (asked !== undefined) {
    if (asked.length > 0) return scenariosNamed(asked, experiment.scenarios);
    throw new ChaosError('MISSING_INPUT', 'expected --scenarios to name at least one, got none', {
      hint: '`chaosx scenarios` lists them',
    });
  }
  if (experiment.scenarios.length > 0) return experiment.scenarios;
  const { target } = resolveTarget(experiment.targetSystem);
  const { supported, reasons } = await supportedScenarios(unaskedScenarios(target), target, allFaults);
  if (supported.length > 0) return supported;
  throw new ChaosError('UNSUPPORTED_SCENARIO', `${target.name} supports no scenario of the catalogue`, {
    hint: reasons.join('\n'),
  });
}
