import { dirname, resolve } from 'node:path';
import { dailyArguments, type DailyJob, jobMarker } from './daily-job.js';
import { shellQuoted } from './shell-quoted.js';

/** Lines for a user's crontab, between markers by which they are found again. */
export interface CrontabBlock {
  readonly begin: string;
  readonly end: string;
  /** All lines, markers included; ends with a line break. */
  readonly text: string;
}

/** The job as a line of a crontab. Cron gives programs next to no PATH: node's own folder is put in front of it. */
export function crontabBlock(job: DailyJob): CrontabBlock {
  const { schedule, folder, directory, program } = job;
  const [node] = program;
  const command = [
    `cd ${shellQuoted(directory)} &&`,
    `PATH=${shellQuoted(dirname(node))}:"$PATH"`,
    ...[...program, ...dailyArguments(job)].map(shellQuoted),
  ].join(' ');
  const name = `chaosx daily ${resolve(directory, folder)}`;
  const begin = `# >>> ${name}`;
  const end = `# <<< ${name}`;
  const lines = [
    begin,
    jobMarker,
    "# Times are in this machine's time zone. Cron mails what it prints; results are kept in chaos_results.",
    // Cron takes a bare % for the end of the line.
    `${schedule.text} ${command.replaceAll('%', String.raw`\%`)}`,
    end,
  ];
  return { begin, end, text: `${lines.join('\n')}\n` };
}
