import { expect, test } from 'vitest';
import { injectFault } from '../src/faults/injection.js';
import { blockedLoopInAgent } from '../src/faults/state/blocked-loop-in-agent.js';
import { decisions } from '../src/model/decide.js';
import { systemClock } from '../src/model/system-clock.js';
import { CHAOS_SCENARIOS } from '../src/scenarios/chaos-scenarios.js';
import { rigRun } from './conformance/rig-run.js';
import { startedRig } from './conformance/started-rig.js';

test('a blocked loop of a target turns again once the time of its receipt is over, though nobody reverts and the lease is renewed', async () => {
  const scenario = CHAOS_SCENARIOS.deadlock.with({
    duration: 600,
    parameters: { kind: 'block-event-loop' },
  });
  await using rig = await startedRig('agent', scenario);
  const { runId, bootId, clock, journal, signal } = rigRun();
  const expiresAt = systemClock.wallMs() + 5_000;
  await injectFault(
    blockedLoopInAgent,
    scenario,
    {
      runId,
      bootId,
      clock,
      signal,
      expiresAt,
      injectionId: `${runId}-1`,
      target: rig.target,
      decide: decisions(1),
      fired: () => undefined,
    },
    { journal },
  );
  expect(await rig.feelsFault()).toBe(true);
  await expect.poll(() => rig.feelsFault(), { timeout: 10_000 }).toBe(false);
  expect(systemClock.wallMs()).toBeGreaterThanOrEqual(expiresAt);
});
