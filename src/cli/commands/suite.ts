import { randomInt } from 'node:crypto';
import type { DependencySpec } from '../../model/experiment.js';
import { systemClock } from '../../model/system-clock.js';
import { scenariosNamed } from '../../scenarios/scenarios-named.js';
import { readSuiteFile, type SuiteOfFile } from '../../spec/read-suite-file.js';
import { runSuiteCampaign } from '../../suite/run-suite.js';
import { suiteFor, type SuiteRequest } from '../../suite/suite-request.js';
import { campaignReports } from '../campaign-reports.js';
import { reportError } from '../error-text.js';
import { exitCodeFor } from '../exit-code-for.js';
import { isColored } from '../is-colored.js';
import { stopOnSignals } from '../stop-on-signals.js';
import { suiteRoundLine } from '../suite-round-line.js';
import { renderSuiteSummary } from '../suite-summary.js';

export interface SuiteCommandOptions {
  readonly scenarios?: readonly string[];
  readonly file?: string;
  readonly repeats?: number;
  readonly undisturbed?: number;
  readonly passRate?: number;
  readonly report?: string;
  readonly dependency?: Readonly<Record<string, DependencySpec>>;
  readonly timeLimit?: string;
  readonly replay?: string;
  readonly test?: string;
  readonly seed?: number;
  readonly results: string;
  readonly json?: boolean;
}

/** Runs a test command without chaos and under it; the exit code is that of the verdict. */
export async function runSuiteCommand(
  command: readonly string[],
  options: SuiteCommandOptions,
): Promise<number> {
  const { stdout, stderr } = process;
  const suite = await suiteFor(await requestOf(command, options));
  const runs = suite.undisturbed + (suite.scenarios.length + 1) * suite.repeats;
  using stop = stopOnSignals('breaks-things');
  const written = campaignReports((warning) => stderr.write(warning));
  const { results, folder, mishaps } = await runSuiteCampaign({
    ...suite,
    campaign: {
      seed: options.seed ?? randomInt(2 ** 31),
      resultsDirectory: options.results,
      clock: systemClock,
      ...written.hooks,
      onEvent: (event) => {
        if (event.type === 'round-ended')
          stderr.write(suiteRoundLine(`${event.round + 1}/${runs}`, event.summary));
      },
    },
    signal: stop.signal,
  });
  if (options.json === true) stdout.write(`${JSON.stringify(results, null, 2)}\n`);
  else stdout.write(`\n${renderSuiteSummary(results, { color: isColored(stdout), folder })}`);
  const report = await written.write(folder, results);
  if (options.json !== true && report !== null) stdout.write(`  report  ${report}\n`);
  const reports = mishaps.map(reportError);
  for (const { text } of reports) stderr.write(text);
  return exitCodeFor([results.verdict], reports);
}

/** What the file says, and what the options say before it. */
async function requestOf(command: readonly string[], options: SuiteCommandOptions): Promise<SuiteRequest> {
  const { file, repeats, undisturbed, passRate, report, timeLimit, dependency } = options;
  const given = Object.entries({ repeats, undisturbed, passRate, report, timeLimit });
  const asked = Object.fromEntries(given.filter(([, value]) => value !== undefined));
  const ofFile: Partial<SuiteOfFile> = file === undefined ? {} : await readSuiteFile(file);
  return {
    ...ofFile,
    ...asked,
    command: command.length > 0 ? command : (ofFile.command ?? []),
    scenarios:
      options.scenarios === undefined
        ? ofFile.scenarios
        : scenariosNamed(options.scenarios, ofFile.scenarios),
    dependencies: { ...ofFile.dependencies, ...dependency },
  };
}
