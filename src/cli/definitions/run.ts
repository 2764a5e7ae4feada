import type { Command } from 'commander';
import type { RunOptions } from '../commands/run.js';
import { positiveNumber } from '../positive-number.js';
import { wholeNumber } from '../whole-number.js';
import { yesOption } from '../yes-option.js';

/** `chaosx run`: experiments, and their verdict as the exit code. */
export function defineRun(program: Command, exit: (code: number) => void): void {
  program
    .command('run')
    .description('run experiments and exit with the verdict')
    .argument('<file...>', 'experiment files (YAML)')
    .option('--seed <number>', 'seed of every random choice; default: the file, else drawn', wholeNumber)
    .option('--results <folder>', 'where runs are kept', 'chaos_results')
    .option(
      '--repeat <times>',
      'run each this often; five or more give intervals, which decide',
      positiveNumber,
    )
    .option('--dry-run', 'say what would be done, and do nothing')
    .addOption(yesOption())
    .option('--json', 'print results.json instead of text')
    .addHelpText(
      'after',
      `
Examples:
  $ chaosx run checkout.yaml
  $ chaosx run checkout.yaml --seed 42 --results /tmp/chaos
  $ chaosx run checkout.yaml --repeat 5
  $ chaosx run checkout.yaml --json | jq .verdict`,
    )
    .action(async (files: string[], options: RunOptions) => {
      const { runFiles } = await import('../commands/run.js');
      exit(await runFiles(files, options));
    });
}
