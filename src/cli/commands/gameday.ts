import { randomInt } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { runGameday } from '../../campaign/run-gameday.js';
import { ChaosError } from '../../model/chaos-error.js';
import type { AgendaEntry, StopOn } from '../../model/gameday.js';
import { systemClock } from '../../model/system-clock.js';
import { scenariosNamed } from '../../scenarios/scenarios-named.js';
import { parseAgenda } from '../../spec/parse-agenda.js';
import { readExperimentFile } from '../../spec/read-experiment-file.js';
import { storedExperimentText } from '../../spec/stored-experiment.js';
import { campaignReports } from '../campaign-reports.js';
import { reportError } from '../error-text.js';
import { exitCodeFor } from '../exit-code-for.js';
import { gamedayProgress, questionText } from '../gameday-progress.js';
import { renderGamedaySummary } from '../gameday-summary.js';
import { GamedayTerminal } from '../gameday-terminal.js';
import { isColored } from '../is-colored.js';
import { requireLocalConsent } from '../require-local-consent.js';
import { runStatus } from '../run-status.js';
import { stopOnSignals } from '../stop-on-signals.js';

export interface GamedayCommandOptions {
  readonly scenarios?: readonly string[];
  readonly yes?: boolean;
  readonly stopOn: StopOn;
  readonly duration?: string;
  readonly seed?: number;
  readonly results: string;
  readonly json?: boolean;
}

/** A gameday on the system in a file; the exit code is that of the worst round. */
export async function gamedayFile(path: string, options: GamedayCommandOptions): Promise<number> {
  const { stdin, stdout, stderr } = process;
  const isAttended = stdin.isTTY && stderr.isTTY;
  if (!isAttended && options.yes !== true) {
    throw new ChaosError(
      'MISSING_INPUT',
      'a gameday asks before each round, and there is no terminal to ask on',
      {
        hint: 'run it on a terminal, or give --yes to let the rule decide',
      },
    );
  }
  const experiment = await readExperimentFile(path);
  const text = await readFile(path, 'utf8');
  const agenda = agendaOf(parseAgenda(text, path), options);
  await requireLocalConsent(
    [{ ...experiment, scenarios: agenda.map(({ scenario }) => scenario) }],
    options.yes,
  );
  using stop = stopOnSignals('breaks-things');
  using terminal = isAttended ? new GamedayTerminal(stdin, stderr) : null;
  const write = (lines: string) => void (terminal === null ? stderr.write(lines) : terminal.write(lines));
  const progress = gamedayProgress(write);
  const written = campaignReports(write);
  using live = runStatus(
    (status) => terminal?.showStatus(status),
    () => systemClock.nowMs(),
  );
  const { results, folder, mishaps } = await runGameday({
    name: `Gameday: ${experiment.name}`,
    experiment,
    agenda,
    stopOn: options.stopOn,
    ...(terminal !== null && {
      notes: (take) => terminal.onNote(take),
      ...(options.yes !== true && {
        decide: (question) => {
          write(questionText(question));
          return terminal.ask(question.signal);
        },
      }),
    }),
    prepare: { allowLocalProcesses: true },
    campaign: {
      seed: options.seed ?? experiment.seed ?? randomInt(2 ** 31),
      resultsDirectory: options.results,
      clock: systemClock,
      onEvent: progress.onEvent,
      onRoundEnded: written.hooks.onRoundEnded,
      onRunEvent: (event) => {
        written.hooks.onRunEvent(event);
        progress.onRunEvent(event);
        live.onRunEvent(event);
      },
    },
    experimentText: storedExperimentText(text, path),
    signal: stop.signal,
  });
  terminal?.[Symbol.dispose]();
  if (options.json === true) stdout.write(`${JSON.stringify(results, null, 2)}\n`);
  else stdout.write(`\n${renderGamedaySummary(results, { color: isColored(stdout), folder })}`);
  const report = await written.write(folder, results);
  if (options.json !== true && report !== null) stdout.write(`  report  ${report}\n`);
  const reports = mishaps.map(reportError);
  for (const { text: said } of reports) stderr.write(said);
  return exitCodeFor([results.verdict], reports);
}

function agendaOf(
  ofFile: readonly AgendaEntry[],
  { scenarios: asked, duration }: GamedayCommandOptions,
): readonly AgendaEntry[] {
  const own = ofFile.map(({ scenario }) => scenario);
  const chosen =
    asked === undefined
      ? ofFile
      : scenariosNamed(asked, own).map((scenario) => ({
          scenario,
          hypothesis: ofFile.find((each) => each.scenario === scenario)?.hypothesis ?? null,
        }));
  if (duration === undefined) return chosen;
  return chosen.map(({ scenario, hypothesis }) => ({ scenario: { ...scenario, duration }, hypothesis }));
}
