import { expect, test } from 'vitest';
import { VirtualClock } from '../../testing/virtual-clock.js';
import { keepOnSchedule } from './keep-on-schedule.js';
import { neverDue } from './never-due.js';
import { parseCron } from './parse-cron.js';

const minute = 60_000;
const iso = (ms: number) => new Date(ms).toISOString().slice(5, 16);

/** What happens for some hours, each run lasting as long as given. */
async function watch(cron: string, hours: number, lasts: number[], jitterMs = 0): Promise<readonly string[]> {
  const clock = new VirtualClock(new Date('2026-01-01T00:00:00.000Z'));
  const controller = new AbortController();
  const said: string[] = [];
  const work = keepOnSchedule({
    schedule: parseCron(cron),
    timeZone: 'UTC',
    jitterMs,
    seed: 7,
    clock,
    signal: controller.signal,
    onNext: (at) => void said.push(`next ${iso(at)}`),
    onMissed: (times) => void said.push(`missed ${times.map(iso).join(', ')}`),
    run: async () => {
      said.push(`run ${iso(clock.wallMs())}`);
      // Ended early, as a run that is reverted.
      await clock.sleep(lasts.shift() ?? minute, controller.signal).catch(() => undefined);
    },
  });
  await clock.advance(hours * 60 * minute);
  controller.abort();
  await clock.run(work);
  return said;
}

test('runs at each time, and says the next one', async () => {
  expect(await watch('0 * * * *', 2.5, [])).toEqual([
    'next 01-01T01:00',
    'run 01-01T01:00',
    'next 01-01T02:00',
    'run 01-01T02:00',
    'next 01-01T03:00',
  ]);
});

test('times that come while a run goes on are left out, and said', async () => {
  expect(await watch('*/10 * * * *', 1, [25 * minute])).toEqual([
    'next 01-01T00:10',
    'run 01-01T00:10',
    'missed 01-01T00:20, 01-01T00:30',
    'next 01-01T00:40',
    'run 01-01T00:40',
    'next 01-01T00:50',
    'run 01-01T00:50',
    'next 01-01T01:00',
    'run 01-01T01:00',
  ]);
});

test('jitter makes a start late by up to as much, the same each time it is asked', async () => {
  const once = await watch('0 * * * *', 24, [], 10 * minute);
  expect(await watch('0 * * * *', 24, [], 10 * minute)).toEqual(once);
  const late = once.filter((each) => each.startsWith('run')).map((each) => Number(each.slice(-2)));
  expect(late.length).toBeGreaterThan(20);
  expect(Math.max(...late)).toBeLessThan(10);
  expect(new Set(late).size).toBeGreaterThan(4);
});

test('a schedule that meets only one turn of a rotation leaves choices out', () => {
  const seven = ['a', 'b', 'c', 'd', 'e', 'f', 'g'];
  const when = (cron: string) => ({ schedule: parseCron(cron), timeZone: 'UTC', fromMs: 0 });
  expect(neverDue(seven, 1, when('0 2 * * *'))).toEqual([]);
  expect(neverDue(seven, 1, when('* * * * *'))).toEqual([]);
  expect(neverDue(seven, 1, when('0 2 * * mon'))).toHaveLength(6);
  expect(neverDue(seven, 1, when('0 2 * * mon-fri'))).toHaveLength(2);
  expect(neverDue(seven, 2, when('0 2 * * mon'))).toEqual([]);
  expect(neverDue(seven, 7, when('0 2 * * mon'))).toEqual([]);
});
