import { isAbsolute } from 'node:path';
import { ChaosError } from '../../model/chaos-error.js';
import { dailyArguments, type DailyJob, installedProgram, jobMarker } from './daily-job.js';
import { nextTime } from './next-time.js';
import { portableCron } from './portable-cron.js';
import { shellQuoted } from './shell-quoted.js';

const isUtc = (timeZone: string) => /^((Etc\/)?(UTC|UCT|Universal|Zulu|GMT)|GMT)$/i.test(timeZone);

/**
 * The job as a workflow of GitHub Actions. The days before come out of its cache: runners start empty.
 *
 * @param nowMs - for the times that are named when a time zone is refused
 * @throws ChaosError INVALID_INPUT when the time zone is not UTC, or the folder not inside the repository
 */
export function githubWorkflow(job: DailyJob, nowMs: number): string {
  const { schedule, timeZone, folder } = job;
  if (timeZone !== null && !isUtc(timeZone)) {
    const half = 182 * 86_400_000;
    const times = [nowMs, nowMs + half].flatMap((from) => nextTime(schedule, timeZone, from) ?? []);
    const inUtc = times.map((at) => new Date(at).toISOString().slice(0, 16).replace('T', ' '));
    throw new ChaosError('INVALID_INPUT', `GitHub Actions starts workflows by UTC, got --tz ${timeZone}`, {
      hint: `give --cron in UTC, without --tz; that schedule is next due at ${inUtc.join(' UTC, and half a year later at ')} UTC`,
    });
  }
  if (isAbsolute(folder) || folder.split('/').includes('..')) {
    throw new ChaosError('INVALID_INPUT', `expected a folder inside the repository, got ${folder}`, {
      hint: 'run it at the top of the repository, with e.g. --folder experiments',
    });
  }
  const command = [...installedProgram, ...dailyArguments({ ...job, timeZone: 'UTC' })]
    .map(shellQuoted)
    .join(' ');
  return `${jobMarker}
name: chaos
on:
  schedule:
    # In UTC, all year. GitHub starts it late when it is busy.
    - cron: ${JSON.stringify(portableCron(schedule))}
  workflow_dispatch:
permissions:
  contents: read
concurrency:
  group: chaos
  cancel-in-progress: false
jobs:
  daily:
    runs-on: ubuntu-latest
    timeout-minutes: 60
    steps:
      - uses: actions/checkout@v4
      - uses: actions/setup-node@v4
        with:
          node-version: 20
      - run: npm ci
      # The days before, which today is compared with.
      - uses: actions/cache/restore@v4
        with:
          path: chaos_results
          key: chaos-results-\${{ github.run_id }}-\${{ github.run_attempt }}
          restore-keys: chaos-results-
      - run: ${JSON.stringify(command)}
      - uses: actions/cache/save@v4
        if: \${{ !cancelled() }}
        with:
          path: chaos_results
          key: chaos-results-\${{ github.run_id }}-\${{ github.run_attempt }}
      - uses: actions/upload-artifact@v4
        if: \${{ !cancelled() }}
        with:
          name: chaos_results
          path: chaos_results
`;
}
