import type { Command } from 'commander';
import type { DailyOptions } from '../commands/daily.js';
import { wholeNumber } from '../whole-number.js';
import { yesOption } from '../yes-option.js';

/** `chaosx daily`: a rotating selection, against the days before. */
export function defineDaily(program: Command, exit: (code: number) => void): void {
  program
    .command('daily')
    .description("run today's share of a folder of experiments, and compare it with the days before")
    .argument('<folder>', 'a folder of experiment files (*.yaml, *.yml; not those in folders below it)')
    .option('--count <number>', 'experiments a day; the others have their turn on other days', wholeNumber, 3)
    .option('--since <day>', 'compare with days from this one on (YYYY-MM-DD), e.g. after an accepted change')
    .option('--cron <expression>', 'stay running, and start at these times, e.g. "0 2 * * *"')
    .option('--tz <zone>', 'time zone of the days and of --cron; default: that of this machine')
    .option('--jitter <time>', 'with --cron: start late by up to this, e.g. 10m')
    .option('--seed <number>', 'seed of every random choice; default: the number of the day', wholeNumber)
    .addOption(yesOption())
    .option('--results <folder>', 'where runs are kept, and the days before are found', 'chaos_results')
    .option('--json', 'print results.json instead of text')
    .addHelpText(
      'after',
      '\nA regression against earlier days exits 1, unless a verdict has its own code.' +
        '\n\nExamples:\n  $ chaosx daily experiments\n  $ chaosx daily experiments --cron "0 2 * * *" --tz Europe/Berlin --jitter 10m',
    )
    .action(async (folder: string, options: DailyOptions) => {
      const { runDailyFolder } = await import('../commands/daily.js');
      exit(await runDailyFolder(folder, options));
    });
}
