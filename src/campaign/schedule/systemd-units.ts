import { createHash } from 'node:crypto';
import { basename, dirname, resolve } from 'node:path';
import { dailyArguments, type DailyJob, jobMarker } from './daily-job.js';
import { onCalendar } from './on-calendar.js';

/** A service and the timer that starts it. */
export interface SystemdUnits {
  /** Without the ending. */
  readonly name: string;
  readonly service: string;
  readonly timer: string;
}

/** The job as units for `systemctl --user`. A service that is still going is not started a second time. */
export function systemdUnits(job: DailyJob): SystemdUnits {
  const { schedule, timeZone, folder, directory, program } = job;
  const [node] = program;
  const path = resolve(directory, folder);
  // Two projects may name their folders alike.
  const mark = createHash('sha256').update(path).digest('hex').slice(0, 6);
  const words = [...(basename(path).match(/[A-Za-z0-9_]+/g) ?? []), mark];
  return {
    name: `chaosx-daily-${words.join('-')}`,
    service: `${jobMarker}
[Unit]
Description=${percents(`Daily chaos: the experiments in ${folder}`)}

[Service]
Type=oneshot
WorkingDirectory=${percents(directory)}
Environment=${quoted(`PATH=${dirname(node)}:/usr/local/bin:/usr/bin:/bin`)}
ExecStart=${[...program, ...dailyArguments(job)].map(word).join(' ')}
# It reverts what is broken when it is stopped; what undoes its work when it is killed must outlive it.
KillMode=process
TimeoutStopSec=120
`,
    timer: `${jobMarker}
[Unit]
Description=${percents(`Times of the daily chaos in ${folder}`)}

[Timer]
# cron: ${schedule.text}
${onCalendar(schedule, timeZone)
  .map((expression) => `OnCalendar=${expression}`)
  .join('\n')}
AccuracySec=1s
# A time that was missed while the machine was off is made up for.
Persistent=true

[Install]
WantedBy=timers.target
`,
  };
}

function percents(text: string): string {
  return text.replaceAll('%', '%%');
}

function quoted(text: string): string {
  return `"${percents(text).replaceAll('\\', '\\\\').replaceAll('"', String.raw`\"`)}"`;
}

/** An argument of a command line: there, dollars are variables too. */
function word(text: string): string {
  return /^[\w@+:,./-]+$/.test(text) ? text : quoted(text.replaceAll('$', '$$$$'));
}
