import { ChaosError } from '../../model/chaos-error.js';
import { systemClock } from '../../model/system-clock.js';
import type { Verdict } from '../../model/verdict.js';
import { readSuiteFile } from '../../spec/read-suite-file.js';
import { readSuiteRound } from '../../suite/read-suite-round.js';
import { replaySuite } from '../../suite/replay-suite.js';
import { emphasis } from '../emphasis.js';
import { reportError } from '../error-text.js';
import { exitCodeFor } from '../exit-code-for.js';
import { isColored } from '../is-colored.js';
import { stopOnSignals } from '../stop-on-signals.js';
import { reportWriter } from '../write-reports.js';

export interface SuiteReplayOptions {
  /** Where the variables of the suite are: they are not kept with its runs. */
  readonly file?: string;
  readonly test?: string;
  readonly results: string;
  readonly json?: boolean;
}

/** The new run did not get as far as the tests, or left something behind: its own code says why. */
const nothingToCompare: readonly Verdict[] = [
  'leaked',
  'interrupted',
  'not-steady',
  'not-injected',
  'inconclusive',
];

/** Runs a saved run of a suite again; the exit code says whether the tests that failed then failed again. */
export async function replaySuiteRun(
  path: string,
  command: readonly string[],
  options: SuiteReplayOptions,
): Promise<number> {
  const { stdout, stderr } = process;
  const earlier = await readSuiteRound(path);
  const { test } = options;
  if (test !== undefined && !earlier.suite.tests.some(({ id }) => id === test)) {
    throw new ChaosError('UNKNOWN_NAME', `expected a test of that run, got ${JSON.stringify(test)}`, {
      hint: earlier.suite.tests
        .map(({ id }) => id)
        .slice(0, 10)
        .join('\n'),
    });
  }
  using stop = stopOnSignals('breaks-things');
  const written = reportWriter();
  const { results, tests, folder, mishaps } = await replaySuite(earlier, {
    command: command.length === 0 ? undefined : command,
    test,
    env: options.file === undefined ? {} : ((await readSuiteFile(options.file)).env ?? {}),
    resultsDirectory: options.results,
    clock: systemClock,
    onEvent: written.onEvent,
    signal: stop.signal,
  });
  const report = folder === null ? null : await written.write(folder, (warning) => stderr.write(warning));
  const again = tests.filter(({ now }) => now === 'failed').length;
  const isSame = tests.length > 0 && again === tests.length;
  if (options.json === true) {
    const { verdict, reason, runId } = results;
    const later = { runId, verdict, reason, folder };
    stdout.write(`${JSON.stringify({ replayed: isSame, tests, earlier: earlier.folder, later }, null, 2)}\n`);
  } else {
    const color = isColored(stdout);
    const word = isSame ? 'failed again' : 'did not fail again';
    const lines = [
      '',
      `${emphasis(word, color)}  ${earlier.name}: ${earlier.started.scenarios[0]?.name ?? 'without chaos'}`,
      `  ${again} of ${tests.length} tests failed again`,
      ...tests.map(
        ({ id, now, before, message }) => `  ${now.padEnd(7)}  ${id}: ${message ?? `then: ${before}`}`,
      ),
      `  ${results.verdict}: ${results.reason}`,
      `  seed ${results.seed}`,
      ...(folder === null ? [] : [`  results ${folder}/results.json`]),
      ...(report === null ? [] : [`  report  ${report}`]),
    ];
    stdout.write(`${lines.join('\n')}\n`);
  }
  const reports = mishaps.map(reportError);
  for (const { text } of reports) stderr.write(text);
  if (nothingToCompare.includes(results.verdict)) return exitCodeFor([results.verdict], reports);
  return exitCodeFor(isSame ? [] : ['deviated'], reports);
}
