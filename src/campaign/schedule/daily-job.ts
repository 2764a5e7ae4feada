import { ChaosError } from '../../model/chaos-error.js';
import type { CronSchedule } from './parse-cron.js';

export const jobFormats = ['crontab', 'systemd', 'github', 'kubernetes'] as const;
export type JobFormat = (typeof jobFormats)[number];

/** `chaosx daily`, to be started by something else at certain times. */
export interface DailyJob {
  readonly schedule: CronSchedule;
  /** IANA; null: that of whatever starts it. */
  readonly timeZone: string | null;
  /** Of experiments; relative to `directory`, or absolute. */
  readonly folder: string;
  /** Where it runs on this machine; absolute. */
  readonly directory: string;
  /** Node and our program, absolute, on this machine. */
  readonly program: readonly [node: string, script: string];
  readonly count: number | null;
}

/** First in all that is written, so that nothing else is ever overwritten. */
export const jobMarker = '# Written by `chaosx schedule`: changes are lost when it is written again.';

/** Where it is installed as a package. Without `--no`, npx would fetch whatever has that name when it is not. */
export const installedProgram = ['npx', '--no', '--', 'chaosx'] as const;

/** What comes after `chaosx`. */
export function dailyArguments({ folder, timeZone, count }: DailyJob): readonly string[] {
  return [
    'daily',
    folder,
    ...(timeZone === null ? [] : ['--tz', timeZone]),
    ...(count === null ? [] : ['--count', String(count)]),
  ];
}

/** @throws ChaosError INVALID_INPUT when a path would break the lines of what is written */
export function checkJob({ folder, directory, program }: DailyJob): void {
  // oxlint-disable-next-line no-control-regex
  const bad = [folder, directory, ...program].find((path) => /[\u0000-\u001F\u007F]/.test(path));
  if (bad === undefined) return;
  throw new ChaosError(
    'INVALID_INPUT',
    `expected paths without control characters, got ${JSON.stringify(bad)}`,
    {
      hint: 'rename the folder',
    },
  );
}
