import { spawn } from 'node:child_process';
import {
  appendFile,
  chmod,
  chown,
  mkdtemp,
  readFile,
  readdir,
  rm,
  stat,
  symlink,
  writeFile,
} from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { ChaosError } from '../src/model/chaos-error.js';
import type { Receipt } from '../src/model/receipt.js';
import { bootId } from '../src/undo/boot-id.js';
import { leftovers } from '../src/undo/leftovers.js';
import { ownIdentity } from '../src/undo/process-identity.js';
import { readUndoJournal } from '../src/undo/read-undo-journal.js';
import { recover } from '../src/undo/recover.js';
import type { Undoers } from '../src/undo/recover.js';
import { lockTarget } from '../src/undo/target-lock.js';
import { openUndoJournal } from '../src/undo/undo-journal.js';

let stateDirectory = '';
beforeEach(async () => {
  stateDirectory = await mkdtemp(join(tmpdir(), 'chaosx-test-state-'));
});
afterEach(() => rm(stateDirectory, { recursive: true, force: true }));

const never = new AbortController().signal;
const started = async (id: string, runId = 'run'): Promise<Receipt> => ({
  kind: 'started-process',
  id,
  runId,
  bootId: await bootId(),
  expiresAt: 9e15,
  program: 'node',
});
/** Tells what it was asked to undo, in order; fails for the ids given. */
const recording = (asked: string[], failing: readonly string[] = []): Undoers => {
  const undo = (receipt: Receipt) => {
    asked.push(receipt.id);
    return failing.includes(receipt.id) ? Promise.reject(new Error('it will not go')) : Promise.resolve();
  };
  return {
    patch: undo,
    toxic: undo,
    proxy: undo,
    front: undo,
    agent: undo,
    attach: undo,
    'agent-directory': undo,
    'started-process': undo,
    'nft-table': undo,
    'traffic-class': undo,
    'target-network': undo,
    cgroup: undo,
    helper: undo,
    'file-limits': undo,
    'disk-file': undo,
    'paused-processes': undo,
    'clock-directory': undo,
    'faked-clock': undo,
  };
};

test('each record is on disk, alone readable for its owner, before its promise resolves', async () => {
  await using journal = await openUndoJournal({ runId: 'run', stateDirectory });
  const look = async () => (await readUndoJournal(journal.path)).pending;
  expect(await readUndoJournal(journal.path)).toEqual({
    runId: 'run',
    owner: await ownIdentity(),
    bootId: await bootId(),
    pending: [],
    problems: [],
  });
  const [a, b] = [await started('a'), await started('b')];
  await journal.record(a);
  expect(await look()).toEqual([a]);
  await journal.record(b);
  const process = { pid: 4_711, startTime: '9' };
  await journal.amend('a', { process });
  expect(await look()).toEqual([{ ...a, process }, b]);
  expect(journal.pending()).toEqual(await look());
  await journal.done('a');
  await journal.done('a');
  await journal.amend('a', { process });
  expect(await look()).toEqual([b]);
  expect((await stat(journal.path)).mode & 0o777).toBe(0o600);
  expect((await stat(stateDirectory)).mode & 0o777).toBe(0o700);
});

test('records lie in room that was on disk before them, and it grows', async () => {
  await using journal = await openUndoJournal({ runId: 'run', stateDirectory });
  const room = (await stat(journal.path)).size;
  expect(room).toBe(64 * 1024);
  await journal.record(await started('run-0'));
  expect((await stat(journal.path)).size).toBe(room);
  const receipts = await Promise.all(Array.from({ length: 400 }, (_, n) => started(`run-${n + 1}`)));
  await Promise.all(receipts.map((receipt) => journal.record(receipt)));
  expect((await stat(journal.path)).size).toBeGreaterThan(room);
  const { pending, problems } = await readUndoJournal(journal.path);
  expect(problems).toEqual([]);
  expect(pending).toEqual(journal.pending());
  expect(pending).toHaveLength(401);
});

test('is removed only when nothing is pending', async () => {
  const journal = await openUndoJournal({ runId: 'run', stateDirectory });
  await journal.record(await started('a'));
  await journal.close({ remove: true });
  expect((await readUndoJournal(journal.path)).pending).toHaveLength(1);
  await (await openUndoJournal({ runId: 'clean', stateDirectory })).close({ remove: true });
  expect(await readdir(dirname(journal.path))).toEqual(['run.jsonl']);
});

test('refuses what is not a receipt of its run, a second journal, and ids that name no file', async () => {
  await using journal = await openUndoJournal({ runId: 'run', stateDirectory });
  await expect(journal.record(await started('a', 'other'))).rejects.toThrow('of another run');
  await expect(journal.amend('a', {})).rejects.toThrow('expected a receipt of this journal');
  const a = await started('a');
  await journal.record(a);
  await expect(journal.record(a)).rejects.toThrow('recorded before');
  const init = { pid: 1, startTime: '1' };
  await expect(journal.amend('a', { process: init })).rejects.toThrow('expected facts that fit receipt a');
  await expect(openUndoJournal({ runId: 'run', stateDirectory })).rejects.toMatchObject({
    code: 'STORAGE_FAILED',
  });
  await expect(openUndoJournal({ runId: '../run', stateDirectory })).rejects.toMatchObject({
    code: 'INVALID_INPUT',
  });
});

test('refuses a state directory that others may enter or own, or that leads elsewhere', async () => {
  const refusal = async () =>
    openUndoJournal({ runId: 'run', stateDirectory }).catch((error: unknown) => error);
  await chmod(stateDirectory, 0o755);
  expect(await refusal()).toMatchObject({
    code: 'UNSAFE',
    message: expect.stringContaining('its mode is 0755'),
  });
  await chmod(stateDirectory, 0o700);
  const link = `${stateDirectory}-link`;
  await symlink(stateDirectory, link);
  await expect(openUndoJournal({ runId: 'run', stateDirectory: link })).rejects.toMatchObject({
    code: 'UNSAFE',
  });
  await rm(link);
});

// Only root may give a directory away.
test.skipIf(process.geteuid?.() !== 0)(
  'refuses a state directory that belongs to somebody else',
  async () => {
    await chown(stateDirectory, 65_534, 65_534);
    await expect(openUndoJournal({ runId: 'run', stateDirectory })).rejects.toMatchObject({
      code: 'UNSAFE',
      message: expect.stringContaining('it belongs to user 65534'),
    });
  },
);

test('does not read a journal that others may write or that is a link', async () => {
  const journal = await openUndoJournal({ runId: 'run', stateDirectory });
  await journal.close({ remove: false });
  const link = join(dirname(journal.path), 'link.jsonl');
  await symlink(journal.path, link);
  await expect(readUndoJournal(link)).rejects.toMatchObject({ code: 'STORAGE_FAILED' });
  await chmod(journal.path, 0o666);
  await expect(readUndoJournal(journal.path)).rejects.toMatchObject({ code: 'UNSAFE' });
});

test('recovers the newest first, goes on after a failure, and does the rest next time', async () => {
  const journal = await openUndoJournal({ runId: 'run', stateDirectory });
  for (const id of ['a', 'b', 'c', 'd']) await journal.record(await started(id));
  await journal.done('c');
  await journal.close({ remove: false });

  const first: string[] = [];
  const report = await recover(journal.path, recording(first, ['b']), never);
  expect(first).toEqual(['d', 'b', 'a']);
  expect(report).toMatchObject({ journal: 'kept', problems: [] });
  expect(report.failed.map(({ receipt, error }) => [receipt.id, error.message])).toEqual([
    ['b', 'Error: it will not go'],
  ]);
  const second: string[] = [];
  expect(await recover(journal.path, recording(second), never)).toMatchObject({ journal: 'removed' });
  expect(second).toEqual(['b']);
  expect(await readdir(dirname(journal.path))).toEqual([]);
});

test('what was recorded in another boot is done by definition', async () => {
  const journal = await openUndoJournal({ runId: 'run', stateDirectory });
  await journal.record({ ...(await started('a')), bootId: 'another boot' });
  await journal.close({ remove: false });
  const asked: string[] = [];
  const { undone, journal: file } = await recover(journal.path, recording(asked), never);
  expect([asked, undone.map(({ id }) => id), file]).toEqual([[], ['a'], 'removed']);
});

test('a torn last line is nothing; a hostile one is reported, never acted on, and kept aside', async () => {
  const torn = await openUndoJournal({ runId: 'torn', stateDirectory });
  await torn.record(await started('a', 'torn'));
  await torn.close({ remove: false });
  await appendFile(torn.path, '{"type":"record","receipt":{"kind":"star');
  const asked: string[] = [];
  expect(await recover(torn.path, recording(asked), never)).toMatchObject({
    problems: [],
    journal: 'removed',
  });
  expect(asked).toEqual(['a']);

  const hostile = await openUndoJournal({ runId: 'hostile', stateDirectory });
  await hostile.close({ remove: false });
  const receipt = { ...(await started('x', 'hostile')), process: { pid: -1, startTime: '1' } };
  await appendFile(hostile.path, `${JSON.stringify({ type: 'record', receipt })}\n\n`);
  const report = await recover(hostile.path, recording(asked), never);
  expect(report.problems).toEqual([expect.stringMatching(/^line \d+: bad or missing process$/)]);
  expect([asked, report.journal, await readdir(dirname(hostile.path))]).toEqual([
    ['a'],
    'set-aside',
    ['hostile.jsonl.skipped'],
  ]);
});

test('an undo that hangs is given up after its time limit, and the others go on', {
  timeout: 20_000,
}, async () => {
  const journal = await openUndoJournal({ runId: 'run', stateDirectory });
  await journal.record(await started('a'));
  await journal.record(await started('hangs'));
  await journal.close({ remove: false });
  const asked: string[] = [];
  const undoers: Undoers = {
    ...recording(asked),
    'started-process': (receipt) => {
      asked.push(receipt.id);
      return receipt.id === 'hangs' ? new Promise(() => {}) : Promise.resolve();
    },
  };
  const report = await recover(journal.path, undoers, never);
  expect(asked).toEqual(['hangs', 'a']);
  expect(report.failed).toMatchObject([{ receipt: { id: 'hangs' }, error: { code: 'UNDO_FAILED' } }]);
});

test('leftovers are the journals whose very process is gone', async () => {
  await using live = await openUndoJournal({ runId: 'live', stateDirectory });
  await live.record(await started('a', 'live'));
  expect(await leftovers({ stateDirectory })).toEqual([]);

  // The same pid with another start time is another process: that run is gone.
  const owner = await ownIdentity();
  const dead = (await readFile(live.path, 'utf8'))
    .replaceAll('"live"', '"dead"')
    .replace(`"startTime":"${owner.startTime}"`, '"startTime":"1"');
  await writeFile(join(dirname(live.path), 'dead.jsonl'), dead, { mode: 0o600 });
  await writeFile(join(dirname(live.path), 'opening.jsonl'), '\n\n', { mode: 0o600 });
  await writeFile(join(dirname(live.path), 'shared.jsonl'), dead, { mode: 0o600 });
  await chmod(join(dirname(live.path), 'shared.jsonl'), 0o644);
  const found = await leftovers({ stateDirectory });
  expect(found.map(({ runId, pending, problems }) => [runId, pending.length, problems.length])).toEqual([
    ['dead', 1, 0],
    ['shared', 0, 1],
  ]);
});

test('a target is held by one run at a time, and the refusal names it', async () => {
  const first = await lockTarget({ key: 'started checkout', runId: 'one', stateDirectory });
  await using _other = await lockTarget({ key: 'started other', runId: 'one', stateDirectory });
  await expect(lockTarget({ key: 'started checkout', runId: 'two', stateDirectory })).rejects.toMatchObject({
    code: 'TARGET_LOCKED',
    message: `expected "started checkout" to be free, run one (pid ${process.pid}) holds it`,
  });
  await first[Symbol.asyncDispose]();
  await using _second = await lockTarget({ key: 'started checkout', runId: 'two', stateDirectory });
  await first[Symbol.asyncDispose]();
  await expect(lockTarget({ key: 'started checkout', runId: 'three', stateDirectory })).rejects.toMatchObject(
    {
      message: expect.stringContaining('run two'),
    },
  );
});

test('the lock of a process that is gone goes to exactly one of many', async () => {
  const holder = new URL('../dist/undo/target-lock.js', import.meta.url);
  const script = `import(${JSON.stringify(holder.href)}).then(({ lockTarget }) =>
    lockTarget({ key: 'k', runId: 'gone', stateDirectory: ${JSON.stringify(stateDirectory)} })).then(() => process.exit(0))`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', script]);
  expect(await new Promise((resolve) => child.once('exit', resolve))).toBe(0);

  const tries = await Promise.allSettled(
    Array.from({ length: 20 }, (_, n) => lockTarget({ key: 'k', runId: `run-${n}`, stateDirectory })),
  );
  const won = tries.filter((result) => result.status === 'fulfilled');
  expect(won).toHaveLength(1);
  const refusals = tries.filter((result) => result.status === 'rejected');
  expect(refusals.map(({ reason }: PromiseRejectedResult) => (reason as ChaosError).code)).toEqual(
    Array.from({ length: 19 }, () => 'TARGET_LOCKED'),
  );
  await won[0]?.value[Symbol.asyncDispose]();
  expect(await readdir(join(stateDirectory, 'locks'))).toEqual([]);
});

test('a lock that cannot be written is a STORAGE_FAILED with a hint, and no bug of ours', async () => {
  const first = await lockTarget({ key: 'started checkout', runId: 'one', stateDirectory });
  const locks = join(stateDirectory, 'locks');
  const [lock = ''] = await readdir(locks);
  await first[Symbol.asyncDispose]();
  await writeFile(join(locks, lock), 'in the way');
  await expect(lockTarget({ key: 'started checkout', runId: 'two', stateDirectory })).rejects.toMatchObject({
    code: 'STORAGE_FAILED',
    hint: expect.stringContaining('XDG_STATE_HOME') as string,
  });
  expect(await readdir(locks)).toEqual([lock]);
});
