import { randomInt } from 'node:crypto';
import type { DependencySpec } from '../../model/experiment.js';
import { systemClock } from '../../model/system-clock.js';
import { runSuiteCampaign } from '../../suite/run-suite.js';
import { suiteFor } from '../../suite/suite-request.js';
import { campaignReports } from '../campaign-reports.js';
import { reportError } from '../error-text.js';
import { exitCodeFor } from '../exit-code-for.js';
import { isColored } from '../is-colored.js';
import { stopOnSignals } from '../stop-on-signals.js';
import { suiteRoundLine } from '../suite-round-line.js';
import { renderSuiteSummary } from '../suite-summary.js';

export interface SuiteCommandOptions {
  readonly scenarios?: readonly string[];
  readonly repeats: number;
  readonly undisturbed: number;
  readonly passRate: number;
  readonly report: string;
  readonly dependency: Readonly<Record<string, DependencySpec>>;
  readonly timeLimit: string;
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
  const suite = await suiteFor({ ...options, command, dependencies: options.dependency });
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
