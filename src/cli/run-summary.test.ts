import { expect, test } from 'vitest';
import { eventsOf, type RunStory } from '../../test/run-stream.js';
import { judge } from '../judge/judge.js';
import { foldAll } from '../model/fold.js';
import { renderSummary } from './run-summary.js';

const summary = (story: RunStory) =>
  renderSummary(foldAll(judge, eventsOf(story)), { color: false, folder: '/runs/checkout/latest' });

test('a run that held', () => {
  expect(summary({})).toMatchInlineSnapshot(`
    "held  Checkout survives a slow inventory

      high_latency         held          all 2 criteria held; closest to its limit: the slowest answer took 20 ms, limit 1,000 ms (checkout)
                           evidence (proxy): round trip 0.4 ms → 2,000.6 ms, expected 2000 ms added; met by 50 chunks
      p50 / p95 / max      before 12 ms / 12 ms / 12 ms   during 20 ms / 20 ms / 20 ms   after 12 ms / 12 ms / 12 ms
      ✓ high_latency: the slowest answer took 20 ms, limit 1,000 ms (checkout)
      ✓ high_latency: the error rate was 0 %, limit 5 % (checkout)
      → high_latency: held with 98 % to spare: the slowest answer took 20 ms, limit 1,000 ms (checkout). Nothing to do here; try high_latency with a higher severity or a longer duration
      clean: nothing left behind   seed 42
      results /runs/checkout/latest/results.json
      replay  chaosx replay /runs/checkout/latest
    "
  `);
});

test('one of two scenarios deviates', () => {
  expect(summary({ scenarios: [{ name: 'slow_method' }, { latencyMs: 1_700 }] })).toMatchInlineSnapshot(`
    "deviated  Checkout survives a slow inventory
      high_latency: the slowest answer took 1,700 ms, limit 1,000 ms (checkout)

      slow_method          held          all 2 criteria held; closest to its limit: the slowest answer took 20 ms, limit 1,000 ms (checkout)
                           evidence (proxy): round trip 0.4 ms → 2,000.6 ms, expected 2000 ms added; met by 50 chunks
      high_latency         deviated      the slowest answer took 1,700 ms, limit 1,000 ms (checkout)
                           evidence (proxy): round trip 0.4 ms → 2,000.6 ms, expected 2000 ms added; met by 50 chunks
      p50 / p95 / max      before 12 ms / 12 ms / 12 ms   during 20 ms / 1.7 s / 1.7 s   after 12 ms / 12 ms / 12 ms
      ✓ slow_method: the slowest answer took 20 ms, limit 1,000 ms (checkout)
      ✓ slow_method: the error rate was 0 %, limit 5 % (checkout)
      ✗ high_latency: the slowest answer took 1,700 ms, limit 1,000 ms (checkout)
      ✓ high_latency: the error rate was 0 %, limit 5 % (checkout)
      → slow_method: held with 98 % to spare: the slowest answer took 20 ms, limit 1,000 ms (checkout). Nothing to do here; try slow_method with a higher severity or a longer duration
      → high_latency: p95 rose from 12 ms to 1,700 ms, as much as the injected delay: nothing limits the wait. Add a timeout below 1 s and a fallback
      clean: nothing left behind   seed 42
      results /runs/checkout/latest/results.json
      replay  chaosx replay /runs/checkout/latest
    "
  `);
});

test('a target that was never ready', () => {
  expect(summary({ targetNeverReady: true })).toMatchInlineSnapshot(`
    "not-steady  Checkout survives a slow inventory
      it exited with code 1

      high_latency         skipped       the run ended before it
      target output  Error: no port
      clean: nothing left behind   seed 42
      results /runs/checkout/latest/results.json
      replay  chaosx replay /runs/checkout/latest
    "
  `);
});

test('something was left behind', () => {
  expect(summary({ clean: false })).toMatchInlineSnapshot(`
    "leaked  Checkout survives a slow inventory

      high_latency         leaked        left behind: a proxy of run-1 (pid 4711)
                           evidence (proxy): round trip 0.4 ms → 2,000.6 ms, expected 2000 ms added; met by 50 chunks
      p50 / p95 / max      before 12 ms / 12 ms / 12 ms   during 20 ms / 20 ms / 20 ms   after 12 ms / 12 ms / 12 ms
      ✓ high_latency: the slowest answer took 20 ms, limit 1,000 ms (checkout)
      ✓ high_latency: the error rate was 0 %, limit 5 % (checkout)
      → high_latency: left behind: a proxy of run-1 (pid 4711). Run \`chaosx recover\`, then look at what it reports
      LEFT BEHIND: a proxy of run-1 (pid 4711)   seed 42
      results /runs/checkout/latest/results.json
      replay  chaosx replay /runs/checkout/latest
    "
  `);
});

test('colours only when asked', () => {
  const results = foldAll(judge, eventsOf({}));
  const escape = String.fromCharCode(27);
  expect(renderSummary(results, { color: false, folder: null })).not.toContain(escape);
  expect(renderSummary(results, { color: true, folder: null })).toContain(escape);
});
