import type { Command } from 'commander';
import type { ReplayOptions } from '../commands/replay.js';
import { yesOption } from '../yes-option.js';

/** `chaosx replay`: a saved run, run again with the same choices. */
export function defineReplay(program: Command, exit: (code: number) => void): void {
  program
    .command('replay')
    .description('run a saved run again with the same seed, and say how many of its decisions happened again')
    .argument('<run>', "a run's folder, its results.json, or the `latest` link of an experiment")
    .option('--file <experiment>', 'the experiment file; default: the one that the run was made from')
    .option('--strict', 'fail unless all decisions happened again; default: 90 %')
    .addOption(yesOption())
    .option('--results <folder>', 'where the new run is kept', 'chaos_results')
    .option('--json', 'print the comparison as JSON instead of text')
    .addHelpText(
      'after',
      `
Exit codes: 0 the decisions happened again, whatever the verdict; 1 fewer than 90 % of them (--strict: not all). When the
new run did not get that far, the code of its verdict: 3, 4, 6 or 130.

Examples:
  $ chaosx replay chaos_results/checkout/latest
  $ chaosx replay chaos_results/checkout/latest --file checkout.yaml --strict`,
    )
    .action(async (run: string, options: ReplayOptions) => {
      const { replayRun } = await import('../commands/replay.js');
      exit(await replayRun(run, options));
    });
}
