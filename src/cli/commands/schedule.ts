import { homedir } from 'node:os';
import { isAbsolute, join, resolve } from 'node:path';
import { readExperimentFolder } from '../../campaign/experiment-folder.js';
import { crontabBlock } from '../../campaign/schedule/crontab-block.js';
import { checkJob, type DailyJob, type JobFormat, jobMarker } from '../../campaign/schedule/daily-job.js';
import { githubWorkflow } from '../../campaign/schedule/github-workflow.js';
import { knownTimeZone, localTimeZone } from '../../campaign/schedule/known-time-zone.js';
import { kubernetesCronJob } from '../../campaign/schedule/kubernetes-cron-job.js';
import { parseCron } from '../../campaign/schedule/parse-cron.js';
import { systemdUnits } from '../../campaign/schedule/systemd-units.js';
import { ChaosError } from '../../model/chaos-error.js';
import { systemClock } from '../../model/system-clock.js';
import { refusedExitCode } from '../../model/verdict.js';
import { writeMarkedFile } from '../../store/write-marked-file.js';
import { reportError } from '../error-text.js';
import { installCrontab } from '../install-crontab.js';

export interface ScheduleOptions {
  readonly cron: string;
  readonly as: JobFormat;
  readonly folder: string;
  readonly tz?: string;
  readonly count?: number;
  readonly image?: string;
  readonly install?: boolean;
  readonly out?: string;
}

interface JobFile {
  /** Where it is looked for; absolute. */
  readonly path: string;
  readonly text: string;
}

/** Prints what starts the daily run, or installs it; nothing is installed whose experiments are not valid. */
export async function scheduleDaily(options: ScheduleOptions): Promise<number> {
  const { stdout, stderr } = process;
  const { as, folder, install = false } = options;
  checkOptions(options);
  const job: DailyJob = {
    schedule: parseCron(options.cron),
    timeZone: options.tz === undefined ? null : knownTimeZone(options.tz),
    folder,
    directory: process.cwd(),
    // As it was called, links unresolved: an update of the package leaves them in place.
    program: [process.execPath, process.argv[1] ?? ''],
    count: options.count ?? null,
  };
  checkJob(job);
  const block = as === 'crontab' ? crontabBlock(withLocalTime(job)) : null;
  const files = block === null ? filesOf(job, options) : [];
  if (!install) {
    stdout.write(block?.text ?? files.map(({ path, text }) => headed(path, text, files.length)).join('\n'));
    return 0;
  }
  // The image has its own; here they may not even be.
  if (as !== 'kubernetes') {
    const { refused } = await readExperimentFolder(folder);
    for (const error of refused) stderr.write(reportError(error).text);
    if (refused.length > 0) return refusedExitCode;
  }
  if (block !== null) {
    const { change, backup } = await installCrontab(block, systemClock.wallMs());
    stdout.write(`${change}: the lines of ${folder} in your crontab (crontab -l shows it)\n`);
    if (backup !== null) stdout.write(`the crontab before: ${backup}\n`);
    return 0;
  }
  for (const { path, text } of files) {
    stdout.write(`${await writeMarkedFile(path, text, jobMarker)}: ${path}\n`);
  }
  stdout.write(nextSteps(as, files));
  return 0;
}

function checkOptions({ as, count, image, install, out }: ScheduleOptions): void {
  if (count !== undefined && count < 1)
    throw new ChaosError('INVALID_INPUT', `expected --count from 1 on, got ${count}`);
  if (as === 'kubernetes' && image === undefined) {
    throw new ChaosError('MISSING_INPUT', 'expected --image for kubernetes, got none', {
      hint: 'an image with chaosx and your experiments in its working directory, e.g. --image registry.example/shop-chaos:1',
    });
  }
  if (out === undefined) return;
  if (install !== true || as === 'crontab') {
    throw new ChaosError('INVALID_INPUT', '--out says where --install writes files', {
      hint:
        as === 'crontab' ? 'a crontab is no file: leave --out out' : 'add --install, or redirect the output',
    });
  }
}

/** Cron knows one time zone for all: that of its machine. */
function withLocalTime(job: DailyJob): DailyJob {
  const { timeZone } = job;
  const canonical = (zone: string) =>
    new Intl.DateTimeFormat('en', { timeZone: zone }).resolvedOptions().timeZone;
  if (timeZone === null || canonical(timeZone) === canonical(localTimeZone())) return job;
  throw new ChaosError(
    'INVALID_INPUT',
    `cron reads times in this machine's time zone, ${localTimeZone()}, got --tz ${timeZone}`,
    {
      hint: 'use --as systemd or --as kubernetes, or `chaosx daily --cron … --tz …`, or give --cron in that zone',
    },
  );
}

function filesOf(job: DailyJob, { as, image = '', out }: ScheduleOptions): readonly JobFile[] {
  const at = (usual: string) => resolve(out ?? usual);
  if (as === 'github')
    return [{ path: at('.github/workflows/chaos.yml'), text: githubWorkflow(job, systemClock.wallMs()) }];
  if (as === 'kubernetes') return [{ path: at('chaos-cronjob.yaml'), text: kubernetesCronJob(job, image) }];
  const { name, service, timer } = systemdUnits(job);
  const config = process.env['XDG_CONFIG_HOME'] ?? '';
  const usual = join(isAbsolute(config) ? config : join(homedir(), '.config'), 'systemd', 'user');
  return [
    { path: join(at(usual), `${name}.service`), text: service },
    { path: join(at(usual), `${name}.timer`), text: timer },
  ];
}

/** Several files have their paths above them. */
function headed(path: string, text: string, files: number): string {
  return files === 1 ? text : `# ${path}\n${text}`;
}

function nextSteps(as: JobFormat, files: readonly JobFile[]): string {
  const [first, last] = [files[0]?.path ?? '', files.at(-1)?.path ?? ''];
  if (as === 'github') return 'next: commit it; the workflow starts from the default branch\n';
  if (as === 'kubernetes') return `next: kubectl apply -f ${first}\n`;
  return (
    `next: systemctl --user daemon-reload && systemctl --user enable --now ${last.split('/').at(-1)}\n` +
    'to have it run while you are logged out: loginctl enable-linger\n'
  );
}
