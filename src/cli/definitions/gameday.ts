import { type Command, Option } from 'commander';
import { stopOnChoices } from '../../model/gameday.js';
import type { GamedayCommandOptions } from '../commands/gameday.js';
import { commaSeparated } from '../comma-separated.js';
import { wholeNumber } from '../whole-number.js';
import { yesOption } from '../yes-option.js';

/** `chaosx gameday`: one scenario after the other, with people beside it. */
export function defineGameday(program: Command, exit: (code: number) => void): void {
  program
    .command('gameday')
    .description('go through an agenda of faults, mildest first, with go or no-go before each, and notes')
    .argument('<file>', 'an experiment file (YAML); its scenarios are the agenda')
    .option(
      '--scenarios <ids>',
      "comma-separated, of the file or the catalogue; default: the file's",
      commaSeparated,
    )
    .addOption(yesOption('ask nobody: go as long as the last round recovered, was clean and steady; '))
    .addOption(
      new Option('--stop-on <what>', 'what ends the day by itself; something left behind always does')
        .choices(stopOnChoices)
        .default('not-recovered'),
    )
    .option('--duration <time>', 'how long each fault is active; default: as its scenario says')
    .option('--seed <number>', 'seed of every random choice; default: the file, else drawn', wholeNumber)
    .option('--results <folder>', 'where runs are kept', 'chaos_results')
    .option('--json', 'print results.json instead of text')
    .addHelpText(
      'after',
      '\nBefore each round: go, no-go or stop, with a reason if you like ("no-go: at lunch"). All else that you type is a note.\n\nExamples:\n  $ chaosx gameday checkout.yaml\n  $ chaosx gameday checkout.yaml --scenarios high_latency,network_partition --duration 20s\n  $ chaosx gameday checkout.yaml --yes --stop-on deviated',
    )
    .action(async (file: string, options: GamedayCommandOptions) => {
      const { gamedayFile } = await import('../commands/gameday.js');
      exit(await gamedayFile(file, options));
    });
}
