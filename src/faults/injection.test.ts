import { expect, test } from 'vitest';
import { decisions } from '../model/decide.js';
import type { ActiveFault, Fault } from '../model/fault.js';
import type { Receipt } from '../model/receipt.js';
import { systemClock } from '../model/system-clock.js';
import { ChaosScenario } from '../scenarios/chaos-scenario.js';
import { inProcessTarget } from '../targets/in-process-target.js';
import { injectFault } from './injection.js';

const scenario = new ChaosScenario({ scenarioType: 'SLOW_RESPONSE', name: 'slow' });

async function inject(revert: ActiveFault['revert']) {
  const log: string[] = [];
  const fault: Fault = {
    type: 'SLOW_RESPONSE',
    backend: 'in-process',
    survives: 'process',
    supports: async () => ({ supported: true }),
    prepare: async (_scenario, { injectionId: id, runId, bootId, expiresAt }): Promise<Receipt> => {
      log.push('prepare');
      return { kind: 'patch', id, runId, bootId, expiresAt, process: { pid: 1, startTime: '1' }, sites: [] };
    },
    inject: async () => {
      log.push('inject');
      return { check: () => Promise.reject(new Error('not asked')), revert };
    },
  };
  const injection = await injectFault(
    fault,
    scenario,
    {
      runId: 'run',
      injectionId: 'run-1',
      target: inProcessTarget('shop', { db: { query: () => 1 } }),
      decide: decisions(1),
      clock: systemClock,
      expiresAt: 0,
      bootId: 'boot',
      fired: () => undefined,
      signal: new AbortController().signal,
    },
    {
      journal: {
        record: async ({ id }) => void log.push(`record ${id}`),
        amend: async () => undefined,
        done: async (id) => void log.push(`done ${id}`),
      },
    },
  );
  return { injection, log };
}

test('the receipt is written before the act, and crossed out after the undo', async () => {
  const { injection, log } = await inject(async () => undefined);
  await injection.revert(AbortSignal.timeout(1_000));
  expect(log).toEqual(['prepare', 'record run-1', 'inject', 'done run-1']);
});

test('a revert that ignores its signal does not hold up the way out, and its receipt stays', async () => {
  const { injection, log } = await inject(() => new Promise(() => undefined));
  await expect(injection.revert(AbortSignal.timeout(50))).rejects.toMatchObject({ code: 'UNDO_FAILED' });
  expect(log).not.toContain('done run-1');
});

test('a revert that failed may be tried again', async () => {
  let tries = 0;
  const { injection, log } = await inject(async () => {
    tries += 1;
    if (tries === 1) throw new Error('busy');
  });
  await expect(injection.revert(AbortSignal.timeout(1_000))).rejects.toMatchObject({
    code: 'UNDO_FAILED',
    message: 'slow could not be reverted: Error: busy',
  });
  await injection.revert(AbortSignal.timeout(1_000));
  expect(log.at(-1)).toBe('done run-1');
});
