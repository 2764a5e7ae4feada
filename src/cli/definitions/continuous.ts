import type { Command } from 'commander';
import type { ContinuousOptions } from '../commands/continuous.js';
import { commaSeparated } from '../comma-separated.js';
import { share } from '../share.js';
import { wholeNumber } from '../whole-number.js';
import { yesOption } from '../yes-option.js';

/** `chaosx continuous`: one fault after the other, for hours or weeks. */
export function defineContinuous(program: Command, exit: (code: number) => void): void {
  program
    .command('continuous')
    .description('break one thing after the other, for hours or weeks, and show how it goes over time')
    .argument('<file>', 'an experiment file (YAML)')
    .option('--for <time>', 'how long in all, such as 1h or 7d (default: 1h)')
    .option('--every <time>', 'from the start of one round to the start of the next (default: 1m)')
    .option('--severity <range>', 'only scenarios of this severity, such as 2 or 1..3 (default: all)')
    .option(
      '--scenarios <ids>',
      "comma-separated, or `all` that its target supports; default: the file's",
      commaSeparated,
    )
    .option('--error-budget <share>', 'stop when more of all samples have failed, such as 5%', share)
    .option(
      '--keep-runs <number>',
      'keep the folders of so many rounds that held, the latest, and of all others; default: all',
      wholeNumber,
    )
    .option('--seed <number>', 'seed of every random choice; default: the file, else drawn', wholeNumber)
    .addOption(yesOption())
    .option('--results <folder>', 'where runs are kept', 'chaos_results')
    .option('--resume [folder]', 'go on with a campaign of this file that was cut short; default: the latest')
    .option('--json', 'print results.json instead of text')
    .addHelpText(
      'after',
      `
Examples:
  $ chaosx continuous checkout.yaml --for 1h --every 1m --severity 1..3
  $ chaosx continuous checkout.yaml --for 7d --every 5m --scenarios all --error-budget 1% --keep-runs 100
  $ chaosx continuous checkout.yaml --resume`,
    )
    .action(async (file: string, options: ContinuousOptions) => {
      const { continuousFile } = await import('../commands/continuous.js');
      exit(await continuousFile(file, options));
    });
}
