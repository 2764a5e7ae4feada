import { type Command, Option } from 'commander';
import { jobFormats } from '../../campaign/schedule/daily-job.js';
import type { ScheduleOptions } from '../commands/schedule.js';
import { wholeNumber } from '../whole-number.js';

/** `chaosx schedule`: has something else start `chaosx daily`. */
export function defineSchedule(program: Command, exit: (code: number) => void): void {
  program
    .command('schedule')
    .description('print, or install, what starts `chaosx daily` at certain times')
    .requiredOption('--cron <expression>', 'when: minute, hour, day of month, month, day of week')
    .addOption(new Option('--as <kind>', 'what starts it').choices(jobFormats).default('crontab'))
    .option('--folder <folder>', 'the folder of experiment files', 'experiments')
    .option('--tz <zone>', 'time zone of --cron, e.g. Europe/Berlin')
    .option('--count <number>', 'experiments a day; default: as `chaosx daily` has it', wholeNumber)
    .option('--image <image>', 'for kubernetes: with chaosx and the experiments in its working directory')
    .option('--install', 'write it instead of printing it; files of others are left alone')
    .option(
      '--out <path>',
      'with --install: the file to write, or for systemd the folder; default: where it is looked for',
    )
    .addHelpText(
      'after',
      '\nExamples:\n  $ chaosx schedule --cron "0 2 * * *"' +
        '\n  $ chaosx schedule --cron "0 2 * * mon-fri" --as systemd --tz Europe/Berlin --install',
    )
    .action(async (options: ScheduleOptions) => {
      const { scheduleDaily } = await import('../commands/schedule.js');
      exit(await scheduleDaily(options));
    });
}
