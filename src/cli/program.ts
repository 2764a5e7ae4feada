import { Command, CommanderError, InvalidArgumentError, Option } from 'commander';
import { refusedExitCode } from '../model/verdict.js';
import { isColored } from './is-colored.js';
import { reportError } from './error-text.js';
import type { ReportFormat } from '../report/render-report.js';
import { packageVersion } from '../orchestrator/package-version.js';

/** Runs one command line and says its exit code. Commands load what they use. */
export async function runProgram(argv: readonly string[]): Promise<number> {
  // A reader that went away (`| head`, a closed terminal) must not keep a run from reverting.
  for (const stream of [process.stdout, process.stderr]) stream.on('error', () => undefined);
  let exitCode = 0;
  const program = buildProgram((code) => {
    exitCode = code;
  });
  try {
    await program.parseAsync(argv);
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : refusedExitCode;
    const report = reportError(error);
    process.stderr.write(report.text);
    return report.exitCode;
  }
  return exitCode;
}

const examples = `
Examples:
  $ chaosx run checkout.yaml              break the service as the file says; the exit code is the verdict
  $ chaosx run checkout.yaml --dry-run    say what would be done, and do nothing
  $ chaosx validate experiments/*.yaml    find every mistake in the files
  $ chaosx report chaos_results/x/latest  judge a saved run again, and show its report
  $ chaosx scenarios                      what can go wrong
  $ chaosx scenarios high_latency         one scenario in detail

Exit codes: 0 held, 1 deviated, 2 refused, 3 not steady, 4 not injected, 5 not recovered, 6 leaked, 7 inconclusive,
130 interrupted, 70 a bug in chaosx.`;

function buildProgram(exit: (code: number) => void): Command {
  const program = new Command('chaosx')
    .description(
      'Chaos engineering for Node.js: real faults that are proven, always back clean, no false green.',
    )
    .version(packageVersion())
    .exitOverride()
    .showSuggestionAfterError()
    .showHelpAfterError('(chaosx --help lists the commands)')
    .addHelpText('after', examples)
    .hook('preAction', async (_program, command) => {
      // The one command that deals with it needs no hint.
      if (command.name() === 'recover') return;
      const { leftoversNotice } = await import('./leftovers-notice.js');
      process.stderr.write(await leftoversNotice());
    });
  program
    .command('run')
    .description('run experiments and exit with the verdict')
    .argument('<file...>', 'experiment files (YAML)')
    .option('--seed <number>', 'seed of every random choice; default: the file, else drawn', wholeNumber)
    .option('--results <folder>', 'where runs are kept', 'chaos_results')
    .option('--dry-run', 'say what would be done, and do nothing')
    .option('--json', 'print results.json instead of text')
    .addHelpText(
      'after',
      `
Examples:
  $ chaosx run checkout.yaml
  $ chaosx run checkout.yaml --seed 42 --results /tmp/chaos
  $ chaosx run checkout.yaml --json | jq .verdict`,
    )
    .action(async (files: string[], options: RunFlags) => {
      const { runFiles } = await import('./commands/run.js');
      exit(await runFiles(files, options));
    });
  program
    .command('validate')
    .description('check experiment files: every mistake, with its place')
    .argument('<file...>', 'experiment files (YAML)')
    .option('--json', 'print JSON')
    .addHelpText('after', '\nExample:\n  $ chaosx validate experiments/*.yaml')
    .action(async (files: string[], options: { json?: boolean }) => {
      const { validateFiles } = await import('./commands/validate.js');
      const { output, exitCode } = await validateFiles(files, {
        json: options.json === true,
        color: isColored(process.stdout),
      });
      process.stdout.write(output);
      exit(exitCode);
    });
  program
    .command('scenarios')
    .description('list the scenarios, or show one in detail')
    .argument('[id]', 'a scenario of the catalogue')
    .option('--category <name>', 'only this category: network, resource, application, state, time')
    .option('--severity <range>', 'only this severity, `4`, or from one to another, `2-4`')
    .option('--json', 'print JSON')
    .addHelpText('after', '\nExamples:\n  $ chaosx scenarios\n  $ chaosx scenarios network_partition')
    .action(
      async (id: string | undefined, options: { json?: boolean; category?: string; severity?: string }) => {
        const { showScenarios } = await import('./commands/show-scenarios.js');
        process.stdout.write(showScenarios(id, { ...options, color: isColored(process.stdout) }));
      },
    );
  program
    .command('report')
    .description('judge a saved run again, and show or write its report')
    .argument('<run>', "a run's folder, its results.json, or the `latest` link of an experiment")
    .addOption(
      new Option('--format <name>', 'what to make of it')
        .choices(['html', 'markdown', 'junit', 'json', 'terminal'] satisfies ReportFormat[])
        .default('terminal'),
    )
    .option('--out <file>', 'write it there; default: print it')
    .addHelpText(
      'after',
      `
Examples:
  $ chaosx report chaos_results/checkout/latest
  $ chaosx report chaos_results/checkout/latest --format html --out report.html
  $ chaosx report chaos_results/checkout/latest --format markdown | gh pr comment --body-file -`,
    )
    .action(async (run: string, options: { format: ReportFormat; out?: string }) => {
      const { reportRun } = await import('./commands/report.js');
      const warn = (text: string) => void process.stderr.write(text);
      process.stdout.write(await reportRun(run, { ...options, color: isColored(process.stdout), warn }));
    });
  program
    .command('recover')
    .description('undo what an earlier run left behind')
    .option('--json', 'print JSON')
    .addHelpText('after', '\nExample:\n  $ chaosx recover')
    .action(async (options: { json?: boolean }) => {
      const { recoverCommand } = await import('./commands/recover-command.js');
      const { output, exitCode } = await recoverCommand(options.json === true);
      process.stdout.write(output);
      exit(exitCode);
    });
  return program;
}

interface RunFlags {
  readonly seed?: number;
  readonly results: string;
  readonly dryRun?: boolean;
  readonly json?: boolean;
}

function wholeNumber(text: string): number {
  if (!/^-?\d+$/.test(text) || !Number.isSafeInteger(Number(text))) {
    throw new InvalidArgumentError(`expected a whole number, got ${JSON.stringify(text)}.`);
  }
  return Number(text);
}
