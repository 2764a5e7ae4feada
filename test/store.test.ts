import { existsSync } from 'node:fs';
import {
  appendFile,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  readlink,
  rm,
  symlink,
  writeFile,
} from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { judge } from '../src/judge/judge.js';
import type { ChaosError } from '../src/model/chaos-error.js';
import type { ChaosEvent, EventOf } from '../src/model/events.js';
import { foldAll } from '../src/model/fold.js';
import { openDecisionLog } from '../src/store/decision-log.js';
import { openEventLog } from '../src/store/event-log.js';
import { folderName } from '../src/store/folder-name.js';
import { limitDecisions } from '../src/store/limit-decisions.js';
import type { ForeignLine } from '../src/store/read-event-file.js';
import { readEvents } from '../src/store/read-events.js';
import { createRunFolder, type RunFolder } from '../src/store/run-folder.js';
import { writeResults } from '../src/store/write-results.js';
import { eventsOf, evidence, runStarted, sample } from './run-stream.js';

const startedAt = new Date('2026-11-23T10:00:00.123Z');
let results = '';
beforeEach(async () => {
  results = await mkdtemp(join(tmpdir(), 'chaosx-store-'));
});
afterEach(() => rm(results, { recursive: true, force: true }));

const newFolder = (experimentName = 'Checkout survives!') =>
  createRunFolder({ resultsDirectory: results, experimentName, startedAt });

async function readAll(path: string) {
  const events: ChaosEvent[] = [];
  const foreign: ForeignLine[] = [];
  for await (const event of readEvents(path, (line) => foreign.push(line))) events.push(event);
  return { events, foreign };
}

async function write(folder: RunFolder, events: Iterable<ChaosEvent>) {
  await using log = openEventLog(folder);
  for (const event of events) log.append(event);
}

const failureOf = (work: Promise<unknown>) =>
  work.then(
    () => null,
    (error: unknown) => error as ChaosError,
  );

describe("a run's folder", () => {
  test('is named by experiment and time, with a link to the latest', async () => {
    const { path } = await newFolder();
    expect(path).toBe(join(results, 'checkout-survives', '2026-11-23T10-00-00-123Z'));
    expect(await readlink(join(results, 'checkout-survives', 'latest'))).toBe('2026-11-23T10-00-00-123Z');
  });

  test('is of its own even when many start in one millisecond', async () => {
    const folders = await Promise.all(Array.from({ length: 12 }, () => newFolder()));
    expect(new Set(folders.map(({ path }) => path)).size).toBe(12);
    const names = await readdir(join(results, 'checkout-survives'));
    expect(names.filter((name) => name.startsWith('.'))).toEqual([]);
    expect(names).toContain(await readlink(join(results, 'checkout-survives', 'latest')));
  });

  test('keeps the experiment as it was given, without credentials in URLs', async () => {
    const experimentText = 'name: x\nurl: redis://:secret@127.0.0.1:6379\n';
    const folder = await createRunFolder({
      resultsDirectory: results,
      experimentName: 'x',
      startedAt,
      experimentText,
    });
    expect(await readFile(folder.outputPath('experiment.yaml'), 'utf8')).toBe(
      'name: x\nurl: redis://***@127.0.0.1:6379\n',
    );
  });

  test('replaces a file all at once and leaves nothing else behind', async () => {
    const folder = await newFolder();
    await folder.writeText('a.txt', 'old');
    await Promise.all(Array.from({ length: 8 }, (_, i) => folder.writeText('a.txt', `${i}`.repeat(100_000))));
    expect(new Set(await readFile(folder.outputPath('a.txt'), 'utf8')).size).toBe(1);
    expect(await readdir(folder.path)).toEqual(['a.txt']);
  });

  test('a name with a path in it is refused', async () => {
    const folder = await newFolder();
    for (const name of ['../x', 'a/b', '/etc/passwd', '', '.', '..']) {
      expect(() => folder.outputPath(name)).toThrow('plain file name');
    }
  });

  test('a place that cannot be written is a STORAGE_FAILED with path and hint', async () => {
    const file = join(results, 'file');
    await writeFile(file, '');
    const error = await failureOf(
      createRunFolder({ resultsDirectory: file, experimentName: 'x', startedAt }),
    );
    expect(error).toMatchObject({ name: 'ChaosError', code: 'STORAGE_FAILED' });
    expect(error?.message).toContain(join(file, 'x'));
    expect(error?.hint).toContain('--results');
  });

  test('a write that fails says where, and takes its half-written file away', async () => {
    const folder = await newFolder();
    await mkdir(folder.outputPath('results.json'));
    const error = await failureOf(writeResults(folder, foldAll(judge, eventsOf())));
    expect(error).toMatchObject({ code: 'STORAGE_FAILED' });
    expect(error?.message).toContain(folder.outputPath('results.json'));
    expect(await readdir(folder.path)).toEqual(['results.json']);
  });

  test('a folder without links still works', async () => {
    // A folder called `latest` is in the way of the link.
    await mkdir(join(results, 'x', 'latest'), { recursive: true });
    const { path } = await newFolder('x');
    expect(existsSync(path)).toBe(true);
    expect((await readdir(join(results, 'x'))).length).toBe(2);
  });
});

test('a name of an experiment never leaves its folder, and is never empty or too long', () => {
  fc.assert(
    fc.property(
      fc.oneof(fc.string(), fc.string({ unit: 'grapheme', minLength: 40, maxLength: 200 })),
      (name) => {
        const folder = folderName(name);
        expect(folder).toMatch(/^[\p{L}\p{M}\p{N}]+(-[\p{L}\p{M}\p{N}]+)*$/u);
        expect(Buffer.byteLength(folder)).toBeLessThanOrEqual(255);
        expect(folderName(folder)).toBe(folder);
      },
    ),
  );
  expect(['..', 'a/b', ' Käse & Söhne ', '決済 テスト'].map(folderName)).toEqual([
    'experiment',
    'a-b',
    'käse-söhne',
    '決済-テスト',
  ]);
});

describe('the event log', () => {
  test('gives back what was written, and the same results', async () => {
    const folder = await newFolder();
    const events = eventsOf({ scenarios: [{ failing: 0.3 }, { recovered: false }] });
    await write(folder, events);
    const read = await readAll(folder.outputPath('events.jsonl'));
    expect(read).toEqual({ events, foreign: [] });
    await writeResults(folder, foldAll(judge, read.events));
    expect(JSON.parse(await readFile(folder.outputPath('results.json'), 'utf8'))).toEqual(
      foldAll(judge, events),
    );
  });

  test('writes by itself soon, in order, and at once when asked to flush', async () => {
    const folder = await newFolder();
    const path = folder.outputPath('events.jsonl');
    await using log = openEventLog(folder);
    log.append(runStarted());
    await log.flush();
    expect((await readAll(path)).events).toEqual([runStarted()]);
    for (let t = 0; t < 500; t += 1) log.append(sample(t));
    // Without a flush the batch is due after 100 ms; the bound is a stop for hangs, not a measure.
    await expect.poll(async () => (await readAll(path)).events.length, { timeout: 20_000 }).toBe(501);
    expect(
      (await readAll(path)).events.slice(1).map((event) => (event as { intendedAt: number }).intendedAt),
    ).toEqual(Array.from({ length: 500 }, (_, t) => t));
  });

  test('keeps order through phases, which go to the disk at once', async () => {
    const folder = await newFolder();
    const events: ChaosEvent[] = [];
    {
      await using log = openEventLog(folder);
      for (let t = 0; t < 200; t += 1) {
        const event: ChaosEvent =
          t % 7 === 0
            ? { type: 'phase-entered', t, phase: 'active', plannedMs: null, scenario: 0 }
            : sample(t);
        events.push(event);
        log.append(event);
        // Drains end while others begin: nothing may be lost between two of them.
        if (t % 5 === 0) await Promise.resolve();
        if (t % 50 === 0) await log.flush();
      }
    }
    expect((await readAll(folder.outputPath('events.jsonl'))).events).toEqual(events);
  });

  test('redacts credentials in URLs', async () => {
    const folder = await newFolder();
    await write(folder, [runStarted(), sample(1, { detail: 'GET http://me:secret@127.0.0.1/ failed "x"' })]);
    const text = await readFile(folder.outputPath('events.jsonl'), 'utf8');
    expect(text).not.toContain('secret');
    expect((await readAll(folder.outputPath('events.jsonl'))).events[1]).toMatchObject({
      detail: 'GET http://***@127.0.0.1/ failed "x"',
    });
  });

  test('the sections of faults come back as they went, without credentials', async () => {
    const folder = await newFolder();
    const told = { title: 'What was corrupted', columns: ['from', 'to'], more: 3 };
    const checked = (cell: string): ChaosEvent => ({
      type: 'fault-checked',
      t: 1,
      scenario: 0,
      when: 'last',
      evidence: evidence({ details: [{ ...told, rows: [[cell, '<b>|\n\u001B[31m "']] }] }),
    });
    await write(folder, [runStarted(), checked('"redis://me:secret@host/1"')]);
    const { events } = await readAll(folder.outputPath('events.jsonl'));
    expect(events[1]).toEqual(checked('"redis://***@host/1"'));
  });

  test.runIf(existsSync('/dev/full'))(
    'a full disk is told once, and appending goes on without throwing',
    async () => {
      const folder = await newFolder();
      await symlink('/dev/full', folder.outputPath('events.jsonl'));
      const told: ChaosError[] = [];
      {
        await using log = openEventLog(folder, { onError: (error) => told.push(error) });
        for (let t = 0; t < 50; t += 1) {
          log.append(sample(t));
          await log.flush();
        }
      }
      expect(told.map(({ code, message, hint }) => ({ code, message, hint }))).toEqual([
        {
          code: 'STORAGE_FAILED',
          message: `could not write ${folder.outputPath('events.jsonl')}: ENOSPC: no space left on device, write`,
          hint: 'free some space, or keep runs elsewhere with --results',
        },
      ]);
    },
  );

  test('without a listener, closing throws what went wrong', async () => {
    const folder = await newFolder();
    await rm(folder.path, { recursive: true });
    const error = await failureOf(write(folder, [runStarted()]));
    expect(error).toMatchObject({ code: 'STORAGE_FAILED' });
    expect(error?.message).toContain('ENOENT');
  });

  test('what waits is bounded: a disk that does not keep up is an error, not a heap', async () => {
    const folder = await newFolder();
    const told: ChaosError[] = [];
    await using log = openEventLog(folder, { mostBacklog: 10_000, onError: (error) => told.push(error) });
    // One turn of the event loop: nothing can be written meanwhile.
    for (let t = 0; t < 1_000; t += 1) log.append(sample(t));
    expect(told).toHaveLength(1);
    expect(told[0]?.message).toContain('too slow');
  });
});

describe('reading events', () => {
  const line = (event: ChaosEvent) => `${JSON.stringify(event)}\n`;
  async function fileOf(text: string) {
    const path = join(results, 'events.jsonl');
    await writeFile(path, text);
    return path;
  }

  test('a file cut anywhere gives the events that are whole, and no complaint', async () => {
    const events = [runStarted(), sample(1, { detail: 'naïve ☃' }), sample(2)];
    const bytes = Buffer.from(events.map(line).join(''));
    const path = await fileOf('');
    for (let length = 0; length <= bytes.length; length += 7) {
      await writeFile(path, bytes.subarray(0, length));
      // A last line whose line break alone is missing is whole.
      const whole = events.filter(
        (_, i) =>
          Buffer.byteLength(
            events
              .slice(0, i + 1)
              .map(line)
              .join(''),
          ) -
            1 <=
          length,
      );
      expect(await readAll(path)).toEqual({ events: whole, foreign: [] });
    }
  });

  test('foreign lines are reported with what they lack, and skipped', async () => {
    const path = await fileOf(
      `${line(runStarted())}not json\n\n{"type":"comet"}\n[1]\nnull\n{"type":"fault-injected","t":1}\n${line(sample(1))}`,
    );
    const { events, foreign } = await readAll(path);
    expect(events).toEqual([runStarted(), sample(1)]);
    expect(foreign.map((one) => one.line)).toEqual([2, 4, 5, 6, 7]);
    expect(foreign[0]?.why).toBe('it is not JSON');
    expect(foreign[4]?.why).toContain('scenario');
  });

  test('a newer format is refused, however it looks', async () => {
    const path = await fileOf(
      `${JSON.stringify({ type: 'run-started', formatVersion: 2, novelty: true })}\n`,
    );
    const error = await failureOf(readAll(path));
    expect(error).toMatchObject({
      code: 'INVALID_INPUT',
      hint: 'read it with the chaosx that wrote it, or update chaosx',
    });
    expect(error?.message).toBe(`${path}:1: expected events of format version 1 or older, got 2`);
  });

  test('a file that is not there is a STORAGE_FAILED', async () => {
    expect(await failureOf(readAll(join(results, 'no', 'events.jsonl')))).toMatchObject({
      code: 'STORAGE_FAILED',
    });
  });

  test('a long file is read in pieces', async () => {
    const path = await fileOf(line(runStarted()));
    for (let part = 0; part < 20; part += 1) {
      await appendFile(
        path,
        Array.from({ length: 1_000 }, (_, i) => line(sample(part * 1_000 + i))).join(''),
      );
    }
    const { events } = await readAll(path);
    expect(events.slice(1).map(({ t }) => t)).toEqual(Array.from({ length: 20_000 }, (_, i) => i + 12));
  });
});

describe('decisions', () => {
  const fired = (n: number, scenario = 0, site = 'db.query'): EventOf<'decision-fired'> => {
    return {
      type: 'decision-fired',
      t: n,
      scenario,
      rule: 'exceptions',
      site,
      n,
      effect: 'throw ECONNRESET',
    };
  };
  const reverted = (scenario: number): ChaosEvent => ({
    type: 'fault-reverted',
    t: 9_000,
    scenario,
    ok: true,
  });

  test('the first 1,000 are events, the rest are counted by site when the fault is reverted', () => {
    const seen: ChaosEvent[] = [];
    const counted: ChaosEvent[] = [];
    const sink = limitDecisions(
      (event) => seen.push(event),
      (event) => counted.push(event),
    );
    sink(fired(0, 1));
    for (let n = 0; n < 1_500; n += 1) sink(fired(n, 0, n % 3 === 0 ? 'db.query' : 'db.close'));
    sink(reverted(1));
    sink(reverted(0));
    expect(seen.slice(0, 1_000).every(({ type }) => type === 'decision-fired')).toBe(true);
    expect(counted).toHaveLength(501);
    expect(seen.slice(1_000)).toEqual([
      reverted(1),
      {
        type: 'decisions-counted',
        t: 9_000,
        scenario: 0,
        fired: 501,
        bySite: { 'db.query': 167, 'db.close': 334 },
      },
      reverted(0),
    ]);
  });

  test('none is lost: full and counted ones add up, for any interleaving and also when nothing is reverted', () => {
    const steps = fc.array(fc.tuple(fc.nat(2), fc.nat(600), fc.boolean()), { maxLength: 12 });
    fc.assert(
      fc.property(steps, (all) => {
        const total = new Map<number, number>();
        const seen = new Map<number, number>();
        const add = (to: Map<number, number>, scenario: number, n: number) =>
          to.set(scenario, (to.get(scenario) ?? 0) + n);
        const sink = limitDecisions((event) => {
          if (event.type === 'decision-fired') add(seen, event.scenario, 1);
          if (event.type === 'decisions-counted') add(seen, event.scenario, event.fired);
        });
        for (const [scenario, count, revert] of all) {
          for (let n = 0; n < count; n += 1) sink(fired(n, scenario));
          if (count > 0) add(total, scenario, count);
          if (revert) sink(reverted(scenario));
        }
        sink({ type: 'run-ended', t: 1, status: 'completed' });
        expect(seen).toEqual(total);
      }),
      { numRuns: 30 },
    );
  });

  test('the counted ones go to a compact file, which is not there when there are none', async () => {
    const folder = await newFolder();
    {
      await using log = openDecisionLog(folder);
      const sink = limitDecisions(
        () => {},
        (decision) => log.append(decision),
      );
      for (let n = 0; n < 1_000; n += 1) sink(fired(n));
      expect(existsSync(folder.outputPath('decisions.jsonl'))).toBe(false);
      sink(fired(1_000));
      sink(fired(1_001));
    }
    expect(await readFile(folder.outputPath('decisions.jsonl'), 'utf8')).toBe(
      '[0,"exceptions","db.query",1000,"throw ECONNRESET"]\n[0,"exceptions","db.query",1001,"throw ECONNRESET"]\n',
    );
  });
});
