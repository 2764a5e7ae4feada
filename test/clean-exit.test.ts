import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  accessSync,
  constants,
  mkdirSync,
  mkdtempSync,
  rmdirSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, onTestFinished, test } from 'vitest';
import { ChaosExperiment } from '../src/api/chaos-experiment.js';
import { ChaosOrchestrator } from '../src/api/chaos-orchestrator.js';
import type { Fault } from '../src/model/fault.js';
import type { DiskFileReceipt, PausedProcessesReceipt } from '../src/model/receipt.js';
import type { Target } from '../src/model/target.js';
import { lookBeforeRun } from '../src/orchestrator/clean-exit.js';
import { CHAOS_SCENARIOS } from '../src/scenarios/chaos-scenarios.js';
import { runningTarget } from '../src/targets/running-target.js';
import { thisProcessTarget } from '../src/targets/this-process-target.js';
import { isStopped } from '../src/undo/is-stopped.js';
import { identityOf } from '../src/undo/process-identity.js';
import { hasOwnDisks, openOwnDisk } from './own-disk.js';

const runId = `clean-${process.pid}`;
const facts = { runId, bootId: 'boot', expiresAt: Number.MAX_SAFE_INTEGER };
const pausing: Fault<'PROCESS_PAUSE'> = {
  type: 'PROCESS_PAUSE',
  backend: 'process',
  survives: 'journal',
  supports: () => Promise.resolve({ supported: true }),
  prepare: (_scenario, { runId: id, injectionId, bootId, expiresAt, target }) => {
    if (target.kind !== 'running') throw new Error('expected a process');
    const { process: root } = target;
    return Promise.resolve({
      kind: 'paused-processes',
      id: injectionId,
      runId: id,
      bootId,
      expiresAt,
      process: root,
    });
  },
  inject(_scenario, receipt) {
    if (receipt.kind !== 'paused-processes') throw new Error('expected its own receipt');
    process.kill(receipt.process.pid, 'SIGSTOP');
    const measured = { quantity: 'processes', unit: '', baseline: 0, during: 1, expected: '1' };
    const exposure = { kind: 'counted', n: 1, what: 'process' } as const;
    return Promise.resolve({
      check: () => Promise.resolve({ active: 'yes', measured, exposure }),
      // Forgets it, and says that all is well.
      revert: () => Promise.resolve(),
    });
  },
};

let state: string;
beforeEach(() => {
  state = mkdtempSync(join(tmpdir(), 'chaosx-clean-exit-'));
});
afterEach(() => rmSync(state, { recursive: true, force: true }));

/** A process that sleeps until the test is over. */
async function startSleeper(env: Readonly<Record<string, string>> = {}) {
  const child = spawn('sleep', ['600'], { env: { ...process.env, ...env }, stdio: 'ignore' });
  onTestFinished(async () => {
    child.kill('SIGKILL');
    if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
  });
  await once(child, 'spawn');
  const identity = await identityOf(child.pid ?? 0);
  if (identity === null) throw new Error('expected it to run');
  return identity;
}

async function stopped(env: Readonly<Record<string, string>> = {}) {
  const identity = await startSleeper(env);
  process.kill(identity.pid, 'SIGSTOP');
  await expect.poll(() => isStopped(identity)).toBe(true);
  return identity;
}

const before = (target: Target = thisProcessTarget('this process')) =>
  lookBeforeRun({ runId, target, stateDirectory: state });

test('a fault that forgets to let the target go on is found without its word: leaked', async () => {
  const { pid } = await startSleeper();
  const orchestrator = new ChaosOrchestrator({
    resultsDirectory: null,
    stateDirectory: state,
    faults: [pausing],
  });
  const results = await orchestrator.runExperiment(
    new ChaosExperiment({
      name: 'Forgotten',
      targetSystem: { name: 'sleeper', pid },
      scenarios: [CHAOS_SCENARIOS.process_pause.with({ duration: '200ms' })],
      probes: [{ name: 'nothing', command: ['true'], every: '100ms' }],
      baseline: '100ms',
      holdTime: '100ms',
    }),
  );
  expect(results).toMatchObject({
    verdict: 'leaked',
    reason: expect.stringContaining(`process ${pid} stands still`) as unknown,
    cleanExit: { clean: false, leftovers: [`process ${pid} stands still`] },
  });
  expect(results.cleanExit?.compared).toContainEqual({
    what: 'processes of the target that are held back',
    before: 0,
    after: 1,
  });
});

test('what others do meanwhile is theirs', async () => {
  const target = await startSleeper();
  const look = await before(runningTarget({ name: 'sleeper', pid: target.pid }));
  // Another run's process, a target that we did not touch, somebody else's folder.
  await startSleeper({ CHAOSX_RUN: `${runId}0` });
  process.kill(target.pid, 'SIGSTOP');
  const folder = join(tmpdir(), `chaosx-${runId}0-x-proxy`);
  mkdirSync(folder);
  onTestFinished(() => rmdirSync(folder));
  expect(await look.compare([])).toMatchObject({ clean: true, leftovers: [] });
});

test('what stood still before is not ours, what a receipt names is', async () => {
  const [earlier, ours] = [await stopped(), await startSleeper()];
  const receipt: PausedProcessesReceipt = { kind: 'paused-processes', id: 'one', ...facts, process: earlier };
  const look = await before(runningTarget({ name: 'sleeper', pid: earlier.pid }));
  expect(await look.compare([receipt])).toMatchObject({ clean: true });
  process.kill(ours.pid, 'SIGSTOP');
  await expect.poll(() => isStopped(ours)).toBe(true);
  expect(await look.compare([{ ...receipt, processes: [ours] }])).toMatchObject({
    clean: false,
    leftovers: [`process ${ours.pid} stands still`],
  });
});

test('processes, folders, sockets and files of the run are found', async () => {
  const look = await before();
  const { pid } = await startSleeper({ CHAOSX_RUN: runId });
  const folder = join(tmpdir(), `chaosx-${runId}-s0-proxy`);
  mkdirSync(folder);
  onTestFinished(() => rmSync(folder, { recursive: true }));
  await using server = createServer();
  const socket = join(folder, 'control.sock');
  await once(server.listen(socket), 'listening');
  const file = join(state, `.chaosx-${runId}-s0`);
  writeFileSync(file, '');
  const inode = statSync(file, { bigint: true }).ino.toString();
  const receipt: DiskFileReceipt = {
    kind: 'disk-file',
    id: `${runId}-s0`,
    ...facts,
    directory: state,
    name: `.chaosx-${runId}-s0`,
    inode,
  };
  expect(await look.compare([receipt])).toMatchObject({
    clean: false,
    leftovers: [
      `process ${pid} (sleep) is running`,
      `directory ${folder} is there`,
      `socket ${socket} is open`,
      `file ${file} is there`,
    ],
  });
});

test('what is just ending is waited for', async () => {
  const look = await before();
  const { pid } = await startSleeper({ CHAOSX_RUN: runId });
  setTimeout(() => process.kill(pid, 'SIGKILL'), 200);
  expect(await look.compare([])).toMatchObject({ clean: true });
});

const hierarchy = '/sys/fs/cgroup/freezer';

test.skipIf(!isWritable(hierarchy))('a cgroup of the run is found, also below others', async () => {
  const look = await before();
  const outer = join(hierarchy, `test-${process.pid}`);
  const inner = join(outer, `chaosx_${runId.replaceAll('-', '_')}_s0`);
  mkdirSync(inner, { recursive: true });
  onTestFinished(() => {
    rmdirSync(inner);
    rmdirSync(outer);
  });
  expect(await look.compare([])).toMatchObject({ clean: false, leftovers: [`cgroup ${inner} is there`] });
});

test.skipIf(!hasOwnDisks)('a mount of the run is found', async () => {
  const look = await before();
  using disk = openOwnDisk('size=1m');
  const folder = join(disk.path, `chaosx-${runId}`);
  mkdirSync(folder);
  execFileSync('mount', ['--bind', folder, folder]);
  try {
    expect(await look.compare([])).toMatchObject({ clean: false, leftovers: [`${folder} is mounted`] });
  } finally {
    execFileSync('umount', [folder]);
  }
});

function isWritable(folder: string): boolean {
  try {
    accessSync(folder, constants.W_OK);
    return true;
  } catch {
    return false;
  }
}
