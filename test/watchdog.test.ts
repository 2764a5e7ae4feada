import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, readlink, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { recoverLeftovers } from '../src/cli/commands/recover.js';
import type { ProcessIdentity } from '../src/model/receipt.js';
import { systemClock } from '../src/model/system-clock.js';
import { findLeftovers } from '../src/targets/find-leftovers.js';
import { bootId } from '../src/undo/boot-id.js';
import { identityOf, isAlive } from '../src/undo/process-identity.js';
import { environmentOf } from '../src/undo/process-table.js';
import { readUndoJournal } from '../src/undo/read-undo-journal.js';
import { findMarkedProcesses } from '../src/undo/run-processes.js';
import { openUndoJournal } from '../src/undo/undo-journal.js';
import { startWatchdog } from '../src/undo/watchdog-process.js';

const never = new AbortController().signal;
const marked: ChildProcess[] = [];
let stateDirectory = '';
let runId = '';
let count = 0;
beforeEach(async () => {
  stateDirectory = await mkdtemp(join(tmpdir(), 'chaosx-test-state-'));
  count += 1;
  runId = `watchdog-${process.pid}-${count}`;
});
afterEach(async () => {
  for (const child of marked.splice(0)) {
    child.kill('SIGKILL');
    if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
  }
  await recoverLeftovers({ stateDirectory });
  // Whatever a failed test has left carries a mark that only this test gave.
  for (const { pid } of await findMarkedProcesses(runId)) process.kill(pid, 'SIGKILL');
  await rm(stateDirectory, { recursive: true, force: true });
});

interface StartedRun {
  readonly child: ChildProcess;
  readonly journal: string;
  readonly watchdog: ProcessIdentity;
  readonly target: ProcessIdentity;
}

async function startRun(expiresInMs = 600_000): Promise<StartedRun> {
  const fixture = fileURLToPath(new URL('fixtures/run-with-target.mjs', import.meta.url));
  const child = spawn(process.execPath, [fixture, runId, stateDirectory, String(expiresInMs)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  marked.push(child);
  const [line] = (await once(child.stdout, 'data')) as [Buffer];
  const run = { child, ...(JSON.parse(line.toString()) as Omit<StartedRun, 'child'>) };
  await until(async () => (await findMarkedProcesses(runId)).length === 3);
  return run;
}

/** Waits for a condition; a hang ends with the test's own time limit. */
async function until(condition: () => Promise<boolean> | boolean): Promise<void> {
  while (!(await condition())) await systemClock.sleep(5, never);
}

const nothingLeft = async () => (await findLeftovers({ runId, stateDirectory })).length === 0;

test('a run killed with SIGKILL leaves no process, no proxy and no receipt after 2 s', async () => {
  const { child, watchdog } = await startRun();
  expect(await findLeftovers({ runId, stateDirectory })).toEqual([
    expect.stringMatching(/^process \d+ \(node\) is running$/),
    expect.stringMatching(/^process \d+ \(node\) is running$/),
    expect.stringMatching(/^process \d+ \(node\) is running$/),
    `directory ${join(tmpdir(), `chaosx-${runId}-proxy`)} is there`,
    `socket ${join(tmpdir(), `chaosx-${runId}-proxy`)}/control.sock is open`,
    `receipt ${runId}-proxy (proxy) is not done`,
    `receipt ${runId}-target (started-process) is not done`,
  ]);
  const killedMs = systemClock.nowMs();
  child.kill('SIGKILL');
  await until(nothingLeft);
  expect(systemClock.nowMs() - killedMs).toBeLessThan(2_000);
  await until(() => !isAlive(watchdog));
  expect(await readdir(join(stateDirectory, 'undo'))).toEqual([]);
});

test('killed at any moment of its start, a run leaves nothing after 2 s', async () => {
  const fixture = fileURLToPath(new URL('fixtures/run-with-target.mjs', import.meta.url));
  const first = runId;
  for (let delayMs = 40; delayMs <= 400; delayMs += 40) {
    runId = `${first}-${delayMs}`;
    const child = spawn(process.execPath, [fixture, runId, stateDirectory, '600000'], { stdio: 'ignore' });
    marked.push(child);
    await systemClock.sleep(delayMs, never);
    child.kill('SIGKILL');
    await once(child, 'exit');
    const killedMs = systemClock.nowMs();
    // Before its first receipt, a journal may stay; it holds nothing to undo.
    await until(nothingLeft);
    expect(systemClock.nowMs() - killedMs).toBeLessThan(2_000);
  }
  await recoverLeftovers({ stateDirectory });
  // A run that died while it opened its journal leaves one without a first line: nothing was started before that line.
  const journals = join(stateDirectory, 'undo');
  for (const name of await readdir(journals)) {
    expect(await readUndoJournal(join(journals, name))).toMatchObject({ owner: null, pending: [] });
  }
});

test('the watchdog is not ended with the terminal or the group of its run', async () => {
  const { child, watchdog } = await startRun();
  for (const name of ['SIGHUP', 'SIGINT', 'SIGTERM'] as const) process.kill(watchdog.pid, name);
  child.kill('SIGKILL');
  await until(nothingLeft);
  expect(await readdir(join(stateDirectory, 'undo'))).toEqual([]);
});

test('when run and watchdog are killed both, what is left is found and undone by hand', async () => {
  const { child, watchdog } = await startRun();
  process.kill(watchdog.pid, 'SIGKILL');
  await until(() => !isAlive(watchdog));
  child.kill('SIGKILL');
  await once(child, 'exit');
  const reports = await recoverLeftovers({ stateDirectory });
  expect(reports).toMatchObject([
    {
      runId,
      undone: [{ kind: 'started-process', program: 'node' }, { kind: 'proxy' }],
      failed: [],
      problems: [],
      journal: 'removed',
    },
  ]);
  expect(await findLeftovers({ runId, stateDirectory })).toEqual([]);
  expect(await recoverLeftovers({ stateDirectory })).toEqual([]);
});

test('a run killed after its state directory was removed leaves nothing either', async () => {
  const { child, target, watchdog } = await startRun();
  // The watchdog reads the journal after each change: the last receipt is of the target, which is up.
  await systemClock.sleep(200, never);
  await rm(join(stateDirectory, 'undo'), { recursive: true });
  child.kill('SIGKILL');
  await until(() => !isAlive(target) && !isAlive(watchdog));
  expect(await findLeftovers({ runId, stateDirectory })).toEqual([]);
});

test('a live run is never recovered by hand', async () => {
  const { target } = await startRun();
  expect(await recoverLeftovers({ stateDirectory })).toEqual([]);
  expect(isAlive(target)).toBe(true);
});

test('what is past its time is undone while the run hangs', async () => {
  const { child, target, journal } = await startRun(5_000);
  // Frozen: as a run whose event loop never comes back.
  child.kill('SIGSTOP');
  expect(isAlive(target)).toBe(true);
  await until(async () => !isAlive(target) && (await findMarkedProcesses(runId)).length === 0);
  // It was the watchdog: the run is frozen still, and its receipts are as it left them.
  expect((await readUndoJournal(journal)).pending).toHaveLength(2);
  child.kill('SIGKILL');
  await until(nothingLeft);
});

test.each([
  ['blocked', 'is ended: nobody else can put back what is patched in it', true],
  ['turning', 'lives, for it can still revert', false],
])('a run whose faults are past their time and whose loop is %s %s', async (loop, _what, ends) => {
  const fixture = fileURLToPath(new URL('fixtures/run-past-its-time.mjs', import.meta.url));
  const child = spawn(process.execPath, [fixture, runId, stateDirectory, loop], { stdio: 'ignore' });
  marked.push(child);
  const ended = once(child, 'exit').then(([, signal]) => signal as string);
  // Longer than the watchdog waits for an answer.
  const answer = await Promise.race([ended, systemClock.sleep(9_000, never).then(() => 'lives')]);
  expect(answer).toBe(ends ? 'SIGKILL' : 'lives');
  if (!ends) child.kill('SIGKILL');
  await until(nothingLeft);
});

test('the watchdog of a clean run goes without acting', async () => {
  const journal = await openUndoJournal({ runId, stateDirectory });
  const watchdog = await startWatchdog(journal);
  const child = spawn('sleep', ['1000'], { env: { ...process.env, CHAOSX_RUN: runId } });
  marked.push(child);
  const identity = await identityOf(child.pid ?? 0);
  await journal.record({
    kind: 'started-process',
    id: 'left',
    runId,
    bootId: await bootId(),
    expiresAt: systemClock.wallMs() + 600_000,
    program: 'sleep',
  });
  watchdog.changed();
  await Promise.all([watchdog.clean(), watchdog.clean()]);
  expect(isAlive(watchdog.identity)).toBe(false);
  expect(identity !== null && isAlive(identity)).toBe(true);
  watchdog.changed();
  await journal.close({ remove: true });
  expect(await findLeftovers({ runId, stateDirectory })).toHaveLength(2);
});

test('leaving its scope with something pending, it undoes the rest', async () => {
  await using journal = await openUndoJournal({ runId, stateDirectory });
  const child = spawn('sleep', ['1000'], { env: { ...process.env, CHAOSX_RUN: runId } });
  marked.push(child);
  {
    await using _watchdog = await startWatchdog(journal);
    await journal.record({
      kind: 'started-process',
      id: 'left',
      runId,
      bootId: await bootId(),
      expiresAt: systemClock.wallMs() + 600_000,
      program: 'sleep',
    });
  }
  expect(await findLeftovers({ runId, stateDirectory })).toEqual([]);
});

test('the watchdog holds none of its run’s files but the pipe, and nothing of its environment', async () => {
  await using journal = await openUndoJournal({ runId, stateDirectory });
  await using watchdog = await startWatchdog(journal);
  const folder = `/proc/${watchdog.identity.pid}/fd`;
  const open = await Promise.all(
    (await readdir(folder)).map((fd) => readlink(join(folder, fd)).catch(() => 'closed meanwhile')),
  );
  // It may be reading the journal just now.
  const foreign = open.filter(
    (path) => path.startsWith('/') && !path.startsWith('/dev/') && path !== journal.path,
  );
  expect(foreign).toEqual([]);
  const names = environmentOf(watchdog.identity.pid).map((entry) => entry.split('=')[0]);
  const allowed = ['CHAOSX_WATCHDOG', 'PATH', 'LD_LIBRARY_PATH'];
  expect(names).toContain('CHAOSX_WATCHDOG');
  expect(names.filter((name) => name === undefined || !allowed.includes(name))).toEqual([]);
});
