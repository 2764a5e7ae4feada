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
    .argument('[command...]', 'the test command with its arguments; {report} in it is a file of each run')
    .option('--file <suite>', 'a YAML file that says all of this, with scenarios of your own')
    .option(
      '--scenarios <ids>',
      "comma-separated; default: the file's, else all that a test command can be given",
      commaSeparated,
    )
    .option(
      '--repeats <times>',
      'runs of each scenario, five or more give intervals; default: 5',
      positiveNumber,
    )
    .option(
      '--undisturbed <times>',
      'runs without chaos before the first with it; default: 2',
      positiveNumber,
    )
    .option('--pass-rate <share>', 'least share of tests that pass under a scenario; default: 95%', share)
    .option(
      '--report <source>',
      'junit:PATH, junit (with {report} in the command), tap, none; default: TAP in its output, else the exit code',
    )
    .option(
      '--dependency <name=VARIABLE>',
      'what the tests connect to by the address in a variable, to be broken by the proxy; may be repeated',
      dependencyOption,
    )
    .option('--time-limit <time>', 'for one run of the command; default: 10m')
    .option('--replay <run>', 'run a saved run of a suite again: the same fault, the same seed')
    .option('--test <id>', 'with --replay: look at this test alone')
    .option('--seed <number>', 'seed of every random choice; default: drawn', wholeNumber)
    .option('--results <folder>', 'where runs are kept', 'chaos_results')
    .option('--json', 'print results.json instead of text')
    .addHelpText(
      'after',
      `
Exit codes are those of verdicts: 0 the pass rate held under each scenario that was met; 1 it did not; 3 red, or nothing
told, without chaos; 4 not met; 7 too little to say. With --replay: 0 what failed then failed again; 1 it did not.

Examples:
  $ chaosx suite -- npm test
  $ chaosx suite --scenarios random_exceptions,high_latency -- node --test --test-reporter=tap
  $ chaosx suite --report junit -- npx vitest run --reporter=junit --outputFile={report}
  $ chaosx suite --report junit -- pytest --junitxml={report}
  $ chaosx suite --dependency db=DATABASE_URL --scenarios network_partition -- npm test
  $ chaosx suite --file suite.yaml
  $ chaosx suite --replay chaos_results/suite-shop/latest/rounds/0005-random-exceptions`,
    )
    .action(async (command: string[], options: SuiteCommandOptions) => {
      if (options.replay !== undefined) {
        const { replaySuiteRun } = await import('../commands/suite-replay.js');
        exit(await replaySuiteRun(options.replay, command, options));
        return;
      }
      const { runSuiteCommand } = await import('../commands/suite.js');
      exit(await runSuiteCommand(command, options));
    });
}
