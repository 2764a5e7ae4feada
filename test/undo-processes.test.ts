import { spawn } from 'node:child_process';
import type { ChildProcess, SpawnOptions } from 'node:child_process';
import { once } from 'node:events';
import { chmod, copyFile, mkdir, mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { ProcessIdentity, ProxyReceipt, StartedProcessReceipt } from '../src/model/receipt.js';
import { systemClock } from '../src/model/system-clock.js';
import { bootId } from '../src/undo/boot-id.js';
import { endProcess } from '../src/undo/end-process.js';
import { identityOf, isAlive, ownIdentity } from '../src/undo/process-identity.js';
import { findMarkedProcesses, trackRunProcesses } from '../src/undo/run-processes.js';
import { undoProxy } from '../src/undo/undo-proxy.js';
import { undoStartedProcess } from '../src/undo/undo-started-process.js';

const never = new AbortController().signal;
const children: ChildProcess[] = [];
let runId = '';
let folder = '';
let count = 0;
beforeEach(async () => {
  count += 1;
  runId = `processes-${process.pid}-${count}`;
  folder = await mkdtemp(join(tmpdir(), 'chaosx-test-'));
});
afterEach(async () => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
  for (const { pid } of await findMarkedProcesses(runId)) process.kill(pid, 'SIGKILL');
  await rm(folder, { recursive: true, force: true });
});

async function start(program: string, args: readonly string[], options: SpawnOptions = {}) {
  const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'inherit'], ...options });
  children.push(child);
  const identity = await identityOf(child.pid ?? 0);
  if (identity === null) throw new Error(`${program} has no identity`);
  return { child, identity };
}
const withMark = (mark = runId) => ({ env: { ...process.env, CHAOSX_RUN: mark } });
const later = ({ pid }: ProcessIdentity): ProcessIdentity => ({ pid, startTime: '1' });
const facts = async () => ({ id: 'a', runId, bootId: await bootId(), expiresAt: 0 });
const startedReceipt = async (identity?: ProcessIdentity): Promise<StartedProcessReceipt> => ({
  ...(await facts()),
  kind: 'started-process',
  program: 'x',
  ...(identity && { process: identity }),
});
const proxyReceipt = async (directory: string, identity?: ProcessIdentity): Promise<ProxyReceipt> => ({
  ...(await facts()),
  kind: 'proxy',
  directory,
  ...(identity && { process: identity }),
});

test('a process is told from another by its start time, whatever its name holds', async () => {
  const odd = join(folder, 'a) S 1 (b c');
  await copyFile('/bin/sleep', odd);
  await chmod(odd, 0o755);
  const { identity } = await start(odd, ['1000']);
  expect(identity.startTime).toMatch(/^\d+$/);
  expect(await identityOf(identity.pid)).toEqual(identity);
  expect(isAlive(identity)).toBe(true);
  expect(isAlive(later(identity))).toBe(false);
  expect(isAlive(await ownIdentity())).toBe(true);
  expect(await identityOf(2 ** 22 + 1)).toBeNull();
});

test('a zombie is dead', async () => {
  // The shell's child ends at once; the program that replaces the shell never waits for it.
  const { child } = await start('sh', ['-c', 'sleep 0 & echo $!; exec sleep 1000']);
  const [line] = (await once(child.stdout as NodeJS.ReadableStream, 'data')) as [Buffer];
  const pid = Number(line.toString());
  const identity = await identityOf(pid);
  expect(identity).not.toBeNull();
  if (identity === null) return;
  while (isAlive(identity)) await systemClock.sleep(5, never);
  expect(await identityOf(pid)).toEqual(identity);
});

test('the mark is matched exactly, and never on the one that looks', async () => {
  const { identity } = await start('sleep', ['1000'], withMark());
  await start('sleep', ['1000'], withMark(`${runId}0`));
  await start('sleep', ['1000'], {
    env: { ...process.env, NOT_CHAOSX_RUN: runId, X: `CHAOSX_RUN=${runId}` },
  });
  expect(await findMarkedProcesses(runId)).toEqual([identity]);
});

test('SIGTERM comes first, SIGKILL when it is ignored', async () => {
  const polite = await start('sleep', ['1000']);
  await endProcess(polite.identity, { graceMs: 10_000, signal: never });
  expect(polite.child.signalCode ?? (await once(polite.child, 'exit'))[1]).toBe('SIGTERM');

  const deaf = await start('sh', ['-c', 'trap "" TERM; echo deaf; while :; do sleep 1; done']);
  await once(deaf.child.stdout as NodeJS.ReadableStream, 'data');
  await endProcess(deaf.identity, { graceMs: 100, signal: never });
  expect(isAlive(deaf.identity)).toBe(false);
  expect(deaf.child.signalCode ?? (await once(deaf.child, 'exit'))[1]).toBe('SIGKILL');
});

test('a pid that was given to another process is never touched', async () => {
  const { child, identity } = await start('sleep', ['1000'], withMark(`${runId}-other`));
  await endProcess(later(identity), { graceMs: 0, signal: never });
  await undoStartedProcess(await startedReceipt(later(identity)), never);
  await undoProxy(await proxyReceipt(join(folder, 'chaosx-none'), later(identity)), never);
  expect(isAlive(identity)).toBe(true);
  expect(child.signalCode).toBeNull();
});

test('a started process is undone with children in sessions and environments of their own', async () => {
  // Three ways out of the group and of the mark: setsid, an emptied environment, and both behind a parent that ends.
  const script = 'setsid sleep 1000 & env -i sleep 1000 & (setsid sh -c "sleep 1000 & wait" &) ; sleep 1000';
  const { identity } = await start('sh', ['-c', script], { ...withMark(), detached: true });
  const look = trackRunProcesses(runId, identity);
  while (look().filter(({ name }) => name === 'sleep').length < 4) await systemClock.sleep(5, never);
  const all = look();
  await undoStartedProcess(await startedReceipt(identity), never);
  expect(all.filter(isAlive)).toEqual([]);
});

test('without an amended pid, the mark alone finds it', async () => {
  const { identity } = await start('sh', ['-c', 'setsid sleep 1000 & sleep 1000'], withMark());
  await undoStartedProcess(await startedReceipt(), never);
  expect(isAlive(identity)).toBe(false);
  expect(await findMarkedProcesses(runId)).toEqual([]);
});

test('a watchdog of another run below a target is spared', async () => {
  const { identity } = await start(
    'sh',
    ['-c', 'CHAOSX_WATCHDOG=inner sleep 1000 & echo up; wait'],
    withMark(),
  );
  const look = trackRunProcesses(runId, identity);
  while ((await findMarkedProcesses(runId)).length < 2) await systemClock.sleep(5, never);
  const inner = (await findMarkedProcesses(runId)).find(({ pid }) => pid !== identity.pid);
  while (look().length !== 1) await systemClock.sleep(5, never);
  expect(inner && isAlive(inner)).toBe(true);
});

test('of a proxy, its marked process and its own flat directory go, and nothing that is not ours', async () => {
  const directory = join(folder, 'chaosx-proxy');
  await mkdir(directory, { mode: 0o700 });
  await writeFile(join(directory, 'proxy.log'), 'x');
  const { identity } = await start('sleep', ['1000'], withMark());
  await undoProxy(await proxyReceipt(directory, identity), never);
  expect(isAlive(identity)).toBe(false);
  expect(await readdir(folder)).toEqual([]);
  await undoProxy(await proxyReceipt(directory, identity), never);

  await mkdir(directory, { mode: 0o755 });
  await expect(undoProxy(await proxyReceipt(directory), never)).rejects.toMatchObject({
    code: 'UNDO_FAILED',
  });
  await chmod(directory, 0o700);
  await mkdir(join(directory, 'nested'));
  await expect(undoProxy(await proxyReceipt(directory), never)).rejects.toMatchObject({
    code: 'UNDO_FAILED',
  });
  expect((await stat(join(directory, 'nested'))).isDirectory()).toBe(true);

  // Its process must carry the mark: another one of the same identity is not ours to end.
  const unmarked = await start('sleep', ['1000']);
  await rm(directory, { recursive: true });
  await undoProxy(await proxyReceipt(directory, unmarked.identity), never);
  expect(isAlive(unmarked.identity)).toBe(true);
});
