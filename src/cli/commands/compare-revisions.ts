import { randomInt } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { compareRevisions } from '../../campaign/compare-revisions.js';
import { defaultMargins } from '../../judge/comparison/compared-kinds.js';
import { systemClock } from '../../model/system-clock.js';
import { readExperimentFile } from '../../spec/read-experiment-file.js';
import { storedExperimentText } from '../../spec/stored-experiment.js';
import { campaignReports } from '../campaign-reports.js';
import type { CompareOptions } from '../compare-options.js';
import { reportError } from '../error-text.js';
import { exitCodeFor } from '../exit-code-for.js';
import { requireLocalConsent } from '../require-local-consent.js';
import { roundLine } from '../round-line.js';
import { stopOnSignals } from '../stop-on-signals.js';
import { tellComparison } from '../tell-comparison.js';

/** Runs the experiments on two revisions of the repository that this is called in. */
export async function compareRevisionsOf(
  paths: readonly string[],
  options: CompareOptions & { readonly base: string; readonly head: string },
): Promise<number> {
  const { stderr } = process;
  const { base, head, build, repeat: times, margin: margins = defaultMargins } = options;
  const experiments = await Promise.all(
    paths.map(async (path) => ({
      experiment: await readExperimentFile(path),
      text: storedExperimentText(await readFile(path, 'utf8'), path),
    })),
  );
  await requireLocalConsent(
    experiments.map(({ experiment }) => experiment),
    options.yes,
  );
  using stop = stopOnSignals('breaks-things');
  const written = campaignReports((warning) => stderr.write(warning));
  const all = 2 * times * experiments.length;
  let side = '';
  const { results, folder, mishaps } = await compareRevisions({
    repository: '.',
    base,
    head,
    build: build ?? null,
    experiments,
    times,
    margins,
    onStep: (text) => void stderr.write(`${text}\n`),
    prepare: { allowLocalProcesses: true },
    campaign: {
      seed: options.seed ?? randomInt(2 ** 31),
      resultsDirectory: options.results,
      clock: systemClock,
      ...written.hooks,
      onEvent: (event) => {
        if (event.type === 'round-started') side = event.name;
        if (event.type !== 'round-ended') return;
        stderr.write(roundLine(`${event.round + 1}/${all} ${side}`, event.summary));
      },
    },
    signal: stop.signal,
  });
  await tellComparison(results, folder, options);
  const report = await written.write(folder, results);
  if (report !== null) stderr.write(`  report  ${report}\n`);
  const reports = mishaps.map(reportError);
  for (const { text } of reports) stderr.write(text);
  return exitCodeFor([results.verdict], reports);
}
