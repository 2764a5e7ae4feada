import { expect, test } from 'vitest';
import { eventsOf } from '../../test/run-stream.js';
import { progress } from '../judge/progress.js';
import type { ChaosEvent } from '../model/events.js';
import { foldAll } from '../model/fold.js';
import { liveLines } from './live-lines.js';
import { phaseLine } from './phase-line.js';

const events = eventsOf({ scenarios: [{ failing: 0.2 }] });
const until = (isLast: (event: ChaosEvent) => boolean) => events.slice(0, events.findIndex(isLast) + 1);
const at = (isLast: (event: ChaosEvent) => boolean, columns = 80) => {
  const seen = until(isLast);
  return liveLines(foldAll(progress, seen), (seen.at(-1)?.t ?? 0) + 1_000, { color: false, columns }).join(
    '\n',
  );
};

test('in the baseline: a countdown, a health line, the live p95', () => {
  expect(at((event) => event.type === 'phase-entered' && event.phase === 'baseline')).toMatchInlineSnapshot(`
    "
    baseline  ████░░░░░░░░░░░░░░░░ 4 s left
      · checkout  waiting for the first answer
      p95 of the last 10 s: –"
  `);
});

test('while the fault is active: what failed, cut to the terminal', () => {
  const failed = (event: ChaosEvent) =>
    event.type === 'sample' && event.outcome !== 'passed' && event.t > 9_000;
  expect(at(failed)).toMatchInlineSnapshot(`
    "
    active high_latency (1 of 1)  ████████████░░░░░░░░ 4.2 s left
      ✗ checkout  failed in 20 ms  (45 passed, 5 failed)
      p95 of the last 10 s: 20 ms"
  `);
  expect(
    Math.max(
      ...at(failed, 40)
        .split('\n')
        .map((line) => line.length),
    ),
  ).toBeLessThanOrEqual(40);
});

test('elsewhere: one plain line a phase', () => {
  const started = events[0]?.type === 'run-started' ? events[0] : null;
  const lines = events.map((event) => phaseLine(event, started)).filter((line) => line !== null);
  expect(lines.join('\n')).toMatchInlineSnapshot(`
    "00:00.0  checkout is ready
    00:00.0  baseline: watching for 5 s
    00:05.0  baseline: the steady state holds
    00:05.0  high_latency: injected for 10 s
    00:05.0  high_latency: confirmed active
    00:15.0  high_latency: reverted
    00:19.0  high_latency: recovered after 100 ms
    00:19.0  clean: nothing of ours is left"
  `);
});
