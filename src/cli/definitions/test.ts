import type { Command } from 'commander';
import type { TestOptions } from '../commands/test.js';
import { commaSeparated } from '../comma-separated.js';
import { wholeNumber } from '../whole-number.js';
import { yesOption } from '../yes-option.js';

/** `chaosx test`: resilience over repeated runs. */
export function defineTest(program: Command, exit: (code: number) => void): void {
  program
    .command('test')
    .description('measure resilience over repeated runs: recovery, tolerance, availability, degradation')
    .argument('<file>', 'an experiment file (YAML); its first HTTP probe is the call of a user')
    .option(
      '--scenarios <ids>',
      "comma-separated; default: the file's, else all that its target supports",
      commaSeparated,
    )
    .option(
      '--iterations <number>',
      'faults in all, the scenarios in turn; default: 5 a scenario',
      wholeNumber,
    )
    .option('--rate <number>', 'calls a second, whether or not the system answers', wholeNumber, 10)
    .option('--duration <time>', 'how long each fault is active; default: as its scenario says')
    .option('--seed <number>', 'seed of every random choice; default: the file, else drawn', wholeNumber)
    .addOption(yesOption())
    .option('--results <folder>', 'where runs are kept', 'chaos_results')
    .option('--json', 'print results.json instead of text')
    .addHelpText(
      'after',
      '\nExamples:\n  $ chaosx test checkout.yaml\n  $ chaosx test checkout.yaml --scenarios high_latency,network_partition --iterations 10',
    )
    .action(async (file: string, options: TestOptions) => {
      const { testFile } = await import('../commands/test.js');
      exit(await testFile(file, options));
    });
}
