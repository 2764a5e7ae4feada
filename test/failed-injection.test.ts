import { existsSync, mkdirSync } from 'node:fs';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { FaultInjector } from '../src/faults/fault-injector.js';
import type { Fault } from '../src/model/fault.js';
import { planProxyDirectory } from '../src/proxy/proxy-directory.js';
import { ChaosScenario } from '../src/scenarios/chaos-scenario.js';
import { findLeftovers } from '../src/targets/find-leftovers.js';
import { inProcessTarget } from '../src/targets/in-process-target.js';

let stateDirectory = '';
beforeEach(async () => {
  stateDirectory = await mkdtemp(join(tmpdir(), 'chaosx-test-state-'));
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await rm(stateDirectory, { recursive: true, force: true });
});

test('what a failed injection could not undo itself is undone by the watchdog', async () => {
  let directory = '';
  const fault: Fault = {
    type: 'SLOW_RESPONSE',
    backend: 'in-process',
    survives: 'journal',
    supports: async () => ({ supported: true }),
    prepare: async (_scenario, { injectionId: id, runId, bootId, expiresAt }) => {
      directory = planProxyDirectory(id);
      return { kind: 'proxy', id, runId, bootId, expiresAt, directory };
    },
    inject: async () => {
      mkdirSync(directory, { mode: 0o700 });
      throw new Error('it broke half-way');
    },
    undo: () => Promise.reject(new Error('and cannot be undone here')),
  };
  const scenario = new ChaosScenario({ scenarioType: 'SLOW_RESPONSE', name: 'slow' });
  const target = inProcessTarget('shop', { db: { query: () => 1 } });
  await expect(
    new FaultInjector({ faults: [fault], stateDirectory }).inject(scenario, target),
  ).rejects.toThrow('cannot be undone here');
  expect(existsSync(directory)).toBe(false);
  expect(await readdir(join(stateDirectory, 'undo'))).toEqual([]);
});

test('a folder for temporary files that is gone holds no leftovers', async () => {
  vi.stubEnv('TMPDIR', join(stateDirectory, 'nowhere'));
  expect(await findLeftovers({ runId: 'gone', stateDirectory })).toEqual([]);
});
