import { spawnSync } from 'node:child_process';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { nextTime } from '../src/campaign/schedule/next-time.js';
import { onCalendar } from '../src/campaign/schedule/on-calendar.js';
import { parseCron } from '../src/campaign/schedule/parse-cron.js';
import { anyCron } from './any-cron.js';

const hasSystemd = spawnSync('systemd-analyze', ['--version']).status === 0;

/** The next times of an expression, as systemd itself reads it. */
function systemdTimes(expression: string, fromMs: number, wanted: number): readonly number[] {
  const base = `${new Date(fromMs).toISOString().slice(0, 19).replace('T', ' ')} UTC`;
  const { stdout, stderr, status } = spawnSync(
    'systemd-analyze',
    ['calendar', `--base-time=${base}`, `--iterations=${wanted}`, expression],
    { encoding: 'utf8', env: { ...process.env, TZ: 'UTC', LC_ALL: 'C' } },
  );
  expect({ expression, stderr, status }).toEqual({ expression, stderr: '', status: 0 });
  return [...stdout.matchAll(/(?:Next elapse|Iter\. #\d+|Iteration #\d+): \w+ (\S+ \S+) UTC/g)].map(
    ([, at = '']) => Date.parse(`${at.replace(' ', 'T')}Z`),
  );
}

function cronTimes(text: string, timeZone: string, fromMs: number, wanted: number): readonly number[] {
  const times: number[] = [];
  for (let at = nextTime(parseCron(text), timeZone, fromMs); at !== null && times.length < wanted; ) {
    times.push(at);
    at = nextTime(parseCron(text), timeZone, at);
  }
  return times;
}

test.skipIf(process.env['CI'] === undefined)('CI has a real systemd to read what is written for it', () => {
  expect(hasSystemd).toBe(true);
});

describe.skipIf(!hasSystemd)('systemd, asked when a timer elapses, says the times of cron', () => {
  test.each([
    ['UTC', 120],
    // Its clock is not changed in the years that are looked at.
    ['Asia/Kolkata', 30],
  ])('in %s', (timeZone, numRuns) => {
    const from = Date.UTC(2026, 1, 27, 12, 34);
    fc.assert(
      fc.property(anyCron, (text) => {
        const expressions = onCalendar(parseCron(text), timeZone);
        const times = expressions.flatMap((each) => systemdTimes(each, from, 4));
        // A timer with two expressions elapses at either.
        const either = [...new Set(times)].toSorted((a, b) => a - b).slice(0, 4);
        expect(either).toEqual(cronTimes(text, timeZone, from, 4));
      }),
      { numRuns },
    );
  });
});

test.each([
  ['0 2 * * *', 'Europe/Berlin', ['*-*-* 02:00:00 Europe/Berlin']],
  ['*/15 8-17 * * mon-fri', null, ['Mon..Fri *-*-* 08..17:00,15,30,45:00']],
  ['0 0 1,15 jan-mar,dec *', null, ['*-01..03,12-01,15 00:00:00']],
  ['0 0 * * sun,sat', null, ['Sat,Sun *-*-* 00:00:00']],
  ['0 0 13 * fri', null, ['*-*-13 00:00:00', 'Fri *-*-* 00:00:00']],
  ['* * * * 0-6', null, ['*-*-* *:*:00']],
])('%s', (text, timeZone, expected) => {
  expect(onCalendar(parseCron(text), timeZone)).toEqual(expected);
});
