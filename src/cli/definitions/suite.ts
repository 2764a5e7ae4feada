import type { Command } from 'commander';
import type { SuiteCommandOptions } from '../commands/suite.js';
import { commaSeparated } from '../comma-separated.js';
import { dependencyOption } from '../dependency-option.js';
import { positiveNumber } from '../positive-number.js';
import { share } from '../share.js';
import { wholeNumber } from '../whole-number.js';

/** `chaosx suite`: a project's own tests under chaos. */
export function defineSuite(program: Command, exit: (code: number) => void): void {
  program
    .command('suite')
    .description("run a project's tests without chaos and under it, and say what each of them notices")
    .usage('[options] -- <test command...>')
    .argument('<command...>', 'the test command with its arguments; {report} in it is a file of each run')
    .option(
      '--scenarios <ids>',
      'comma-separated; default: all that a test command can be given here',
      commaSeparated,
    )
    .option(
      '--repeats <times>',
      'runs of each scenario; fewer than five give no intervals',
      positiveNumber,
      5,
    )
    .option('--undisturbed <times>', 'runs without chaos before the first with it', positiveNumber, 2)
    .option('--pass-rate <share>', 'least share of tests that pass under a scenario, 0 to 1', share, 0.95)
    .option(
      '--report <source>',
      'junit:PATH, junit (with {report} in the command), tap, none (the exit code), or auto',
      'auto',
    )
    .option(
      '--dependency <name=VARIABLE>',
      'what the tests connect to by the address in a variable, to be broken by the proxy; may be repeated',
      dependencyOption,
      {},
    )
    .option('--time-limit <time>', 'for one run of the command', '10m')
    .option('--seed <number>', 'seed of every random choice; default: drawn', wholeNumber)
    .option('--results <folder>', 'where runs are kept', 'chaos_results')
    .option('--json', 'print results.json instead of text')
    .addHelpText(
      'after',
      `
Examples:
  $ chaosx suite -- npm test
  $ chaosx suite --scenarios random_exceptions,high_latency -- node --test --test-reporter=tap
  $ chaosx suite --report junit -- npx vitest run --reporter=junit --outputFile={report}
  $ chaosx suite --report junit -- pytest --junitxml={report}
  $ chaosx suite --dependency db=DATABASE_URL --scenarios network_partition -- npm test`,
    )
    .action(async (command: string[], options: SuiteCommandOptions) => {
      const { runSuiteCommand } = await import('../commands/suite.js');
      exit(await runSuiteCommand(command, options));
    });
}
