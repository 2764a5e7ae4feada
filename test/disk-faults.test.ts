import { spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  closeSync,
  existsSync,
  linkSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  statfsSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { FaultInjector } from '../src/faults/fault-injector.js';
import type { DiskFileReceipt } from '../src/model/receipt.js';
import type { Results } from '../src/model/results.js';
import type { DiskFullParameters } from '../src/model/scenario-parameters.js';
import { systemClock } from '../src/model/system-clock.js';
import { CHAOS_SCENARIOS } from '../src/scenarios/chaos-scenarios.js';
import { inProcessTarget } from '../src/targets/in-process-target.js';
import { thisProcessTarget } from '../src/targets/this-process-target.js';
import { undoers } from '../src/targets/undoers.js';
import { leftovers } from '../src/undo/leftovers.js';
import { ownIdentity } from '../src/undo/process-identity.js';
import { recover } from '../src/undo/recover.js';
import { undoDiskFile } from '../src/undo/undo-disk-file.js';
import { CliFolder } from './cli-process.js';
import { closedPort, never } from './network-servers.js';
import { hasImageDisks, hasOwnDisks, openExt2Disk, openOwnDisk } from './own-disk.js';

const filler = fileURLToPath(new URL('fixtures/fill-disk.mjs', import.meta.url));
const orders = fileURLToPath(new URL('../examples/orders/server.mjs', import.meta.url));
const megabyte = 1_048_576;
/** DESIGN.md §9. */
const tolerance = 0.5;

let temporary = '';
let stateDirectory = '';
beforeEach(() => {
  temporary = mkdtempSync(join(tmpdir(), 'chaosx-disk-faults-'));
  stateDirectory = join(temporary, 'state');
});
afterEach(() => rmSync(temporary, { recursive: true, force: true }));

const shop = thisProcessTarget('shop');
const fill = (parameters: Partial<DiskFullParameters>) =>
  new FaultInjector({ stateDirectory }).inject(CHAOS_SCENARIOS.disk_full.with({ parameters }), shop);

/** As `df` has it. */
function percentUsed(path: string): number {
  const { blocks, bfree, bavail } = statfsSync(path);
  return (100 * (blocks - bfree)) / (blocks - bfree + bavail);
}

function freeBytes(path: string): number {
  const { bavail, bsize } = statfsSync(path);
  return bavail * bsize;
}

function errorOf(act: () => void): string | undefined {
  try {
    act();
    return undefined;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code;
  }
}

/** Waits for a condition; a hang ends with the test's own time limit. */
async function until(condition: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await condition())) await systemClock.sleep(20, never);
}

describe.skipIf(!hasOwnDisks)('a disk is filled', () => {
  test.each([50, 95, 99.9])('to %d percent, as df shows it, and is as before after', async (fillPercent) => {
    using disk = openOwnDisk('size=64m');
    writeFileSync(join(disk.path, 'theirs'), Buffer.alloc(10 * megabyte));
    const before = statfsSync(disk.path);
    {
      await using injection = await fill({ path: disk.path, fillPercent });
      expect(Math.abs(percentUsed(disk.path) - fillPercent)).toBeLessThan(tolerance);
      const { active, measured } = await injection.check(never);
      expect(active).toBe('yes');
      expect(measured).toMatchObject({ unit: '%', baseline: expect.closeTo(15.6, 1) as number });
      expect(measured.expected).toContain('MB of it by chaosx; a write of 64 KB still succeeds');
      const [name = ''] = readdirSync(disk.path).filter((one) => one !== 'theirs');
      expect(name).toMatch(/^\.chaosx-[\w-]+$/);
      const stats = lstatSync(join(disk.path, name));
      // Real blocks: a sparse file would have none.
      expect({ mode: stats.mode & 0o777, isTaken: stats.blocks * 512 >= stats.size }).toEqual({
        mode: 0o600,
        isTaken: true,
      });
      await injection.revert(never);
      expect(await injection.checkAfter(never)).toMatchObject({ back: 'yes' });
    }
    expect(readdirSync(disk.path)).toEqual(['theirs']);
    expect(statfsSync(disk.path)).toEqual(before);
  });

  test('down to what shall remain; nothing remains when that is 0, and writes are refused', async () => {
    using disk = openOwnDisk('size=16m');
    {
      await using _some = await fill({ path: disk.path, remainingBytes: 2 * megabyte });
      expect(freeBytes(disk.path)).toBe(2 * megabyte);
    }
    await using all = await fill({ path: disk.path, remainingBytes: 0 });
    expect(errorOf(() => writeFileSync(join(disk.path, 'order'), 'one'))).toBe('ENOSPC');
    const { active, measured } = await all.check(never);
    expect(active).toBe('yes');
    expect(measured.during).toBe(100);
    expect(measured.expected).toMatch(
      /^100 % of the file system of .*; a write of 64 KB is refused with ENOSPC$/,
    );
  });

  test('again when others free space, and is not taken further when they take some', async () => {
    using disk = openOwnDisk('size=32m');
    const theirs = join(disk.path, 'theirs');
    writeFileSync(theirs, Buffer.alloc(8 * megabyte));
    await using injection = await fill({ path: disk.path, fillPercent: 90 });
    rmSync(theirs);
    await until(() => percentUsed(disk.path) > 89.5);
    expect(percentUsed(disk.path)).toBeLessThanOrEqual(90);
    writeFileSync(theirs, Buffer.alloc(megabyte));
    await systemClock.sleep(600, never);
    expect(freeBytes(disk.path)).toBeGreaterThan(2 * megabyte);
    expect((await injection.check(never)).active).toBe('yes');
  });

  test('never by more than maxBytes, also while the level is held', async () => {
    using disk = openOwnDisk('size=32m');
    const theirs = join(disk.path, 'theirs');
    writeFileSync(theirs, Buffer.alloc(16 * megabyte));
    await using injection = await fill({ path: disk.path, fillPercent: 90, maxBytes: 13 * megabyte });
    rmSync(theirs);
    await systemClock.sleep(600, never);
    expect(freeBytes(disk.path)).toBe(19 * megabyte);
    expect((await injection.check(never)).active).toBe('no');
  });

  test('says who has files open there, and that it does not know when nobody has', async () => {
    using disk = openOwnDisk('size=8m');
    await using injection = await fill({ path: disk.path });
    expect((await injection.check(never)).exposure.kind).toBe('unknown');
    const own = process.cwd();
    process.chdir(disk.path);
    try {
      expect((await injection.check(never)).exposure).toEqual({
        kind: 'shares-resource',
        how: 'shop has a file or folder open on that file system',
      });
    } finally {
      process.chdir(own);
    }
  });

  test.skipIf(!hasImageDisks)('by real blocks also where fallocate is not known', async () => {
    using disk = openExt2Disk(16);
    const before = statfsSync(disk.path).bfree;
    {
      await using injection = await fill({ path: disk.path, fillPercent: 95 });
      expect(Math.abs(percentUsed(disk.path) - 95)).toBeLessThan(tolerance);
      expect((await injection.check(never)).active).toBe('yes');
    }
    expect(statfsSync(disk.path).bfree).toBe(before);
    await using all = await fill({ path: disk.path, fillPercent: 100 });
    expect((await all.check(never)).active).toBe('yes');
    expect(errorOf(() => writeFileSync(join(disk.path, 'order'), Buffer.alloc(65_536)))).toBe('ENOSPC');
  });

  test('its file taken away by somebody: it says so, takes nothing more, and is undone all the same', async () => {
    using disk = openOwnDisk('size=8m');
    await using injection = await fill({ path: disk.path });
    const [name = ''] = readdirSync(disk.path);
    rmSync(join(disk.path, name));
    await systemClock.sleep(600, never);
    expect(readdirSync(disk.path)).toEqual([]);
    const { active, measured } = await injection.check(never);
    expect(active).toBe('no');
    expect(measured.expected).toContain(
      `it is not held any more: the file that fills ${disk.path} was removed`,
    );
    await injection.revert(never);
  });
});

describe('refused before anything is touched', () => {
  const refusal = (parameters: Partial<DiskFullParameters>, target = shop) =>
    new FaultInjector({ stateDirectory }).inject(CHAOS_SCENARIOS.disk_full.with({ parameters }), target).then(
      () => 'not refused',
      (error: unknown) => String(error),
    );

  test('without a path, or with one that is no folder', async () => {
    const file = join(temporary, 'file');
    writeFileSync(file, '');
    expect(await refusal({})).toContain('name in `path` a folder on the file system that is to be filled');
    expect(await refusal({ path: join(temporary, 'nowhere') })).toContain(
      `nowhere is not there: name a folder on the file system that is to be filled`,
    );
    expect(await refusal({ path: file })).toContain(`${file} is not a folder: name the one it is in`);
    expect(await refusal({ path: join(file, 'below') })).toContain(`a part of ${file}/below is not a folder`);
    expect(await refusal({ path: '/proc/sys' })).toContain('/proc/sys');
  });

  test('the disk of the machine, however it is reached, unless that is said; and never to its floor', async () => {
    const link = join(temporary, 'link');
    symlinkSync('/', link);
    expect(await refusal({ path: '/' })).toContain('/ is on the file system mounted at /');
    expect(await refusal({ path: link })).toContain('say allowRootFs: true to fill it');
    expect(await refusal({ path: '/', allowRootFs: true, fillPercent: 100, maxBytes: 2 ** 50 })).toContain(
      'it would leave less than 256 MB of the file system mounted at /: ask for a lower level',
    );
    expect(await refusal({ path: '/', allowRootFs: true, fillPercent: 100, maxBytes: 1_000 })).toContain(
      'more than maxBytes (1000 B): raise it, or choose a smaller file system',
    );
  });

  test.skipIf(!hasOwnDisks)(
    'a level that is passed, a read-only disk, a machine that would have no memory',
    async () => {
      using disk = openOwnDisk('size=16m');
      writeFileSync(join(disk.path, 'theirs'), Buffer.alloc(12 * megabyte));
      expect(await refusal({ path: disk.path, fillPercent: 60 })).toContain(
        `the file system of ${disk.path} is at 60 % already (75.0 %): ask for a higher level, or free space on it`,
      );
      expect(await refusal({ path: disk.path, remainingBytes: 5 * megabyte })).toContain(
        'is down to 4.0 MB already: ask for less than that in remainingBytes, or free space on it',
      );
      disk.remount('ro');
      expect(await refusal({ path: disk.path })).toContain(
        'is on a read-only file system: nothing can fill it',
      );
      using large = openOwnDisk('size=1t');
      expect(await refusal({ path: large.path, maxBytes: 2 ** 50 })).toContain(
        'would leave less than 256 MB of that: ask for a lower level',
      );
      expect([readdirSync(disk.path), readdirSync(large.path)]).toEqual([['theirs'], []]);
    },
  );

  test.skipIf(!hasOwnDisks)('a folder of somebody else', async () => {
    using disk = openOwnDisk('size=8m,mode=755');
    const plan = fileURLToPath(new URL('../dist/faults/resource/plan-fill.js', import.meta.url));
    const script = `process.setuid(65534);
const { planFill } = await import(${JSON.stringify(plan)});
console.log(JSON.stringify(await planFill(${JSON.stringify({ path: disk.path, fillPercent: 95, maxBytes: 1e9 })})));`;
    const child = spawn(process.execPath, ['--input-type=module', '-e', script], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    let said = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      said += text;
    });
    await once(child, 'close');
    expect(said).toContain('is not writable for this user: name a folder that is');
  });
});

describe.skipIf(!hasOwnDisks)('an undo', () => {
  const receiptOf = (directory: string, changes: Partial<DiskFileReceipt> = {}): DiskFileReceipt => ({
    kind: 'disk-file',
    id: 'run-1',
    runId: 'run',
    bootId: 'boot',
    expiresAt: 9e15,
    directory,
    name: '.chaosx-run-1',
    ...changes,
  });
  const inodeOf = (path: string) => String(lstatSync(path, { bigint: true }).ino);

  test('removes the file by its name alone, where the run died before it could tell the inode', async () => {
    using disk = openOwnDisk('size=8m');
    const file = join(disk.path, '.chaosx-run-1');
    writeFileSync(file, 'x', { mode: 0o600 });
    await undoDiskFile(receiptOf(disk.path), never);
    await undoDiskFile(receiptOf(disk.path), never);
    expect(readdirSync(disk.path)).toEqual([]);
  });

  test('gives space back that somebody holds by having the file open', async () => {
    using disk = openOwnDisk('size=8m');
    const file = join(disk.path, '.chaosx-run-1');
    writeFileSync(file, Buffer.alloc(4 * megabyte), { mode: 0o600 });
    const held = openSync(file, 'r');
    try {
      await undoDiskFile(receiptOf(disk.path), never);
      expect(freeBytes(disk.path)).toBe(8 * megabyte);
    } finally {
      closeSync(held);
    }
  });

  test('leaves everything else alone, and says so', async () => {
    using disk = openOwnDisk('size=8m');
    const [file, theirs] = [join(disk.path, '.chaosx-run-1'), join(disk.path, 'theirs')];
    const refusal = (changes: Partial<DiskFileReceipt> = {}) =>
      undoDiskFile(receiptOf(disk.path, changes), never).then(
        () => 'undone',
        (error: Error) => error.message,
      );
    writeFileSync(theirs, 'theirs', { mode: 0o600 });

    symlinkSync(theirs, file);
    expect(await refusal()).toContain('got something else');
    rmSync(file);

    linkSync(theirs, file);
    expect(await refusal()).toContain('got one that chaosx has not made');
    rmSync(file);

    mkdirSync(file);
    expect(await refusal()).toContain('got something else');
    rmSync(file, { recursive: true });

    writeFileSync(file, 'another', { mode: 0o600 });
    expect(await refusal({ inode: inodeOf(theirs) })).toMatch(
      /^expected inode \d+ at .*, got \d+: it is another file$/,
    );
    expect(await refusal({ name: 'theirs' })).toBe(
      'expected the file .chaosx-run-1 in receipt run-1, got theirs',
    );
    // A link in the place of the folder leads to where nothing of ours is.
    const link = join(temporary, 'link');
    symlinkSync(disk.path, link);
    expect(await refusal({ directory: link })).toContain(`expected the folder ${link}, got`);
    expect(readdirSync(disk.path)).toEqual(['.chaosx-run-1', 'theirs']);
    expect(readFileSync(theirs, 'utf8')).toBe('theirs');
  });

  test('is done where the folder is gone, and is not where its file system is', async () => {
    const gone = join(temporary, 'gone', 'deep');
    await undoDiskFile(receiptOf(gone), never);
    const device = String(lstatSync(temporary, { bigint: true }).dev);
    await undoDiskFile(receiptOf(gone, { device }), never);
    await expect(undoDiskFile(receiptOf(gone, { device: '1' }), never)).rejects.toMatchObject({
      code: 'UNDO_FAILED',
      message: expect.stringContaining('there is another one: the file is still on the first') as string,
    });
  });

  test('needs no space: not on a disk where not a byte is left, of the journal neither', async () => {
    using disk = openOwnDisk('size=8m');
    stateDirectory = join(disk.path, 'state');
    {
      await using injection = await fill({ path: disk.path, fillPercent: 100 });
      const rest = join(disk.path, 'rest');
      errorOf(() => writeFileSync(rest, Buffer.alloc(megabyte)));
      expect(freeBytes(disk.path)).toBe(0);
      await injection.revert(never);
    }
    expect(freeBytes(disk.path)).toBeGreaterThan(6 * megabyte);
    expect(await leftovers({ stateDirectory })).toEqual([]);
  });

  test('after another boot removes it too: a file on a disk is not gone by itself', async () => {
    using disk = openOwnDisk('size=8m');
    const file = join(disk.path, '.chaosx-run-1');
    writeFileSync(file, 'x', { mode: 0o600 });
    const journal = join(temporary, 'run.jsonl');
    const lines = [
      { type: 'journal', formatVersion: 1, runId: 'run', owner: await ownIdentity(), bootId: 'boot' },
      { type: 'record', receipt: receiptOf(disk.path) },
      { type: 'amend', id: 'run-1', facts: { inode: inodeOf(file) } },
    ];
    writeFileSync(journal, lines.map((line) => `${JSON.stringify(line)}\n`).join(''), { mode: 0o600 });
    expect(await recover(journal, undoers, never)).toMatchObject({ journal: 'removed', failed: [] });
    expect(existsSync(file)).toBe(false);
  });

  test('comes within 2 s when the process is killed that filled the disk', async () => {
    using disk = openOwnDisk('size=64m');
    const program = spawn(process.execPath, [filler, JSON.stringify({ path: disk.path }), stateDirectory], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    await once(program.stdout, 'data');
    expect(percentUsed(disk.path)).toBeGreaterThan(94.5);
    program.kill('SIGKILL');
    await once(program, 'exit');
    const killedMs = systemClock.nowMs();
    await until(() => freeBytes(disk.path) === 64 * megabyte);
    expect(systemClock.nowMs() - killedMs).toBeLessThan(2_000);
    await until(async () => (await leftovers({ stateDirectory })).length === 0);
    expect(readdirSync(disk.path)).toEqual([]);
  });
});

describe('a disk that is full for the target alone', () => {
  test('refuses its writes below the path, and nothing else', async () => {
    const below = join(temporary, 'data');
    mkdirSync(below);
    {
      const scenario = CHAOS_SCENARIOS.disk_full.with({ parameters: { place: 'target', path: below } });
      await using injection = await new FaultInjector({ stateDirectory }).inject(scenario, shop);
      expect(injection.backend).toBe('in-process');
      expect(errorOf(() => writeFileSync(join(below, 'order'), 'one'))).toBe('ENOSPC');
      expect(errorOf(() => mkdirSync(join(below, 'deeper')))).toBe('ENOSPC');
      expect(errorOf(() => writeFileSync(join(temporary, 'elsewhere'), 'one'))).toBeUndefined();
      expect(errorOf(() => readdirSync(below))).toBeUndefined();
      expect((await injection.check(never)).exposure).toMatchObject({ kind: 'counted', n: 2 });
    }
    expect(errorOf(() => writeFileSync(join(below, 'order'), 'one'))).toBeUndefined();
  });

  test('is a matter of Node processes', async () => {
    const scenario = CHAOS_SCENARIOS.disk_full.with({ parameters: { place: 'target' } });
    const objects = inProcessTarget('shop', { db: { get: () => 1 } });
    await using injection = await new FaultInjector({ stateDirectory }).inject(scenario, objects);
    expect(errorOf(() => writeFileSync('/dev/null', 'one'))).toBe('ENOSPC');
    await injection.revert(never);
  });
});

test.each([
  ['writes', true, false],
  ['reads', false, true],
  ['all', true, true],
] as const)('a slow disk: %s below the path, and nothing else', async (operations, writesWait, readsWait) => {
  const below = join(temporary, 'data');
  mkdirSync(below);
  writeFileSync(join(below, 'order'), 'one');
  writeFileSync(join(temporary, 'elsewhere'), 'one');
  const delayMs = 300;
  const takesLong = (act: () => void) => {
    const from = systemClock.nowMs();
    act();
    return systemClock.nowMs() - from >= delayMs;
  };
  const scenario = CHAOS_SCENARIOS.disk_slow.with({ parameters: { path: below, operations, delayMs } });
  await using injection = await new FaultInjector({ stateDirectory }).inject(scenario, shop);
  expect(takesLong(() => writeFileSync(join(below, 'order'), 'two'))).toBe(writesWait);
  expect(takesLong(() => readFileSync(join(below, 'order')))).toBe(readsWait);
  expect((await injection.check(never)).exposure).toMatchObject({
    n: Number(writesWait) + Number(readsWait),
  });
  writeFileSync(join(temporary, 'elsewhere'), 'two');
  expect((await injection.check(never)).exposure).toMatchObject({
    n: Number(writesWait) + Number(readsWait),
  });
});

describe('chaosx run', () => {
  test.skipIf(!hasOwnDisks).each([
    ['the disk, on which its own journal is', 'host', 'fillPercent: 100'],
    ['the disk for the service alone', 'agent', 'place: target'],
  ])('%s: a service that refuses orders meanwhile holds', async (_what, backend, parameters) => {
    using folder = new CliFolder();
    using disk = openOwnDisk('size=16m');
    const data = join(disk.path, 'data');
    mkdirSync(data);
    const port = await closedPort();
    const text = `name: Full
targetSystem:
  name: orders
  start: ["${process.execPath}", "${orders}"]
  cwd: ${data}
  env: { PORT: "${port}", DATA: "${data}" }
  ready: { http: "http://127.0.0.1:${port}/stock" }
probes:
  - { name: stock, http: "http://127.0.0.1:${port}/stock", every: 100ms, timeout: 5s }
  - { name: order, http: "http://127.0.0.1:${port}/order", every: 100ms, timeout: 5s, expect: { status: [201, 503] } }
scenarios: [{ use: disk_full, duration: 2s, parameters: { path: "${data}", ${parameters} } }]
successCriteria: { maxErrorRate: 0 }
baseline: 500ms
holdTime: 300ms
seed: 7
`;
    writeFileSync(join(folder.path, 'full.yaml'), text);
    const child = spawn(
      process.execPath,
      [fileURLToPath(new URL('../dist/cli/main.js', import.meta.url)), 'run', 'full.yaml'],
      {
        cwd: folder.path,
        env: { ...folder.env, CHAOSX_STATE_DIR: join(disk.path, 'state') },
        stdio: ['ignore', 'ignore', 'pipe'],
      },
    );
    let said = '';
    child.stderr.setEncoding('utf8').on('data', (part: string) => {
      said += part;
    });
    const [code] = (await once(child, 'close')) as [number];
    expect({ code, said }).toMatchObject({ code: 0 });
    const results = JSON.parse(
      readFileSync(join(folder.path, 'chaos_results/full/latest/results.json'), 'utf8'),
    ) as Results;
    const [scenario] = results.scenarios;
    expect(scenario).toMatchObject({ backend, verdict: 'held', evidence: { active: 'yes' } });
    if (backend === 'host') {
      expect(scenario?.evidence?.exposure).toMatchObject({ kind: 'shares-resource' });
      expect(scenario?.evidence?.measured).toMatchObject({
        during: 100,
        after: expect.any(Number) as number,
      });
    }
    expect(readdirSync(data)).toEqual(['orders.jsonl']);
    expect(await leftovers({ stateDirectory: join(disk.path, 'state') })).toEqual([]);
  });
});
