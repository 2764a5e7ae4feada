import { expect, test } from 'vitest';
import { eventfulDay } from '../../test/gameday-stories.js';
import { judgeGameday } from '../judge/campaign/judge-gameday.js';
import { foldAll } from '../model/fold.js';
import { renderGamedaySummary } from './gameday-summary.js';

test('a day with one round of each kind', () => {
  const results = foldAll(judgeGameday, eventfulDay());
  expect(renderGamedaySummary(results, { color: false, folder: '/results/day' })).toMatchInlineSnapshot(`
    "deviated  Gameday of shop
      high_latency: because it deviated; 3 of 5 not run
      ended early by person: enough

      agenda             severity  decision        verdict   back after  surprises
      slow_method        2         go (person)     held      200 ms      –
      deadlock           3         –               not run   –           –
      high_latency       3         go (automatic)  deviated  4 s         2
      packet_loss        4         no-go (person)  not run   –           –
      network_partition  5         no-go (person)  not run   –           –
      not run: deadlock: not possible here: no backend makes it
      not run: packet_loss: no-go: at lunch
      not run: network_partition: not reached

      as expected: 1 of 2 rounds
      ! high_latency: went against the hypothesis: because it deviated
      ! high_latency: had not come back fully: p95 before this fault 90 ms, at the start of the day 20 ms

      notes
      00:01  everybody is here
      01:05  during slow_method: the queue grows

      → Add a timeout (2 of 2 rounds)

      seed 7
      results /results/day/results.json
    "
  `);
});
