import { spawn } from 'node:child_process';
import {
  appendFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { judge } from '../src/judge/judge.js';
import { foldAll } from '../src/model/fold.js';
import type { Results } from '../src/model/results.js';
import { deleteRuns } from '../src/store/delete-runs.js';
import { openEventLog } from '../src/store/event-log.js';
import { leadingMembers } from '../src/store/leading-members.js';
import { listRuns } from '../src/store/list-runs.js';
import { createRunFolder } from '../src/store/run-folder.js';
import { writeResults } from '../src/store/write-results.js';
import { CliFolder, type CommandOutput } from './cli-process.js';
import { eventsOf, runStarted } from './run-stream.js';

const events = [...eventsOf()];
const judged = foldAll(judge, events);
const day = 86_400_000;

let folder: CliFolder;
let results = '';
beforeEach(() => {
  folder = new CliFolder();
  results = join(folder.path, 'chaos_results');
});
afterEach(() => folder[Symbol.dispose]());

const daysAgo = (days: number) => new Date(Date.now() - days * day);

/** Saves a run as chaosx does, `days` ago. */
async function save(days: number, changes: Partial<Results> = {}): Promise<string> {
  const startedAt = daysAgo(days);
  const experimentName = changes.experiment ?? judged.experiment;
  const run = await createRunFolder({ resultsDirectory: results, experimentName, startedAt });
  {
    await using log = openEventLog(run);
    for (const event of events) log.append(event);
  }
  const runId = `run-${startedAt.getTime()}`;
  await writeResults(run, { ...judged, runId, startedAt: startedAt.toISOString(), ...changes });
  age(join(run.path, 'results.json'), days);
  return run.path;
}

/** Saves a run that died `days` ago: its last line is cut off. */
async function saveDead(days: number, runId = `dead-${days}`): Promise<string> {
  const startedAt = daysAgo(days);
  const run = await createRunFolder({ resultsDirectory: results, experimentName: 'Dead', startedAt });
  const first = { ...runStarted(), runId, experiment: 'Dead', startedAt: startedAt.toISOString() };
  const file = join(run.path, 'events.jsonl');
  writeFileSync(
    file,
    `${[first, ...events.slice(1, 20)].map((event) => JSON.stringify(event)).join('\n')}\n{"t":1`,
  );
  age(file, days);
  return run.path;
}

function age(path: string, days: number): void {
  utimesSync(path, daysAgo(days), daysAgo(days));
}

function place(experiment: string, time: string, files: Readonly<Record<string, string>>): string {
  const path = join(results, experiment, time);
  mkdirSync(path, { recursive: true });
  for (const [name, text] of Object.entries(files)) writeFileSync(join(path, name), text);
  return path;
}

const json = ({ stdout }: CommandOutput) => JSON.parse(stdout) as readonly Record<string, unknown>[];

describe('list', () => {
  test('newest first, with what each showed', async () => {
    await save(3, { verdict: 'deviated', seed: 5 });
    await save(1, { experiment: 'Other one', durationSeconds: 12.25 });
    await save(2);
    const { code, stdout, stderr } = await folder.run('runs');
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    const stable = stdout
      .replaceAll(/\d{4}-\d{2}-\d{2} \d{2}:\d{2}:\d{2}/g, 'YYYY-MM-DD hh:mm:ss')
      .replaceAll(/\d{4}-\d{2}-\d{2}T[\d-]+Z/g, '<time>');
    expect(stable).toMatchSnapshot();
    expect(json(await folder.run('runs', 'list', '--json', '--limit', '1'))).toEqual([
      expect.objectContaining({
        experiment: 'Other one',
        kind: 'run',
        verdict: 'held',
        durationSeconds: 12.25,
      }),
    ]);
  });

  test('filters, and says when nothing is left of them', async () => {
    await save(1, { verdict: 'deviated' });
    await save(2, { experiment: 'Other one' });
    const only = async (...args: string[]) =>
      json(await folder.run('runs', '--json', ...args)).map(({ experiment }) => experiment);
    expect(await only('--verdict', 'deviated')).toEqual([judged.experiment]);
    expect(await only('--experiment', 'Other one')).toEqual(['Other one']);
    expect(await only('--experiment', 'other-one')).toEqual(['Other one']);
    expect(await folder.run('runs', '--experiment', 'Other ona')).toEqual({
      code: 0,
      stdout: 'none of 2 runs in chaos_results is of "Other ona" (did you mean "Other one"?)\n',
      stderr: '',
    });
    expect((await folder.run('runs', '--verdict', 'good')).code).toBe(2);
    expect((await folder.run('runs', '--limit', '-1')).code).toBe(2);
  });

  test('without a results directory', async () => {
    expect(await folder.run('runs')).toEqual({ code: 0, stdout: 'no runs in chaos_results\n', stderr: '' });
  });

  test('campaigns by their kind; their rounds are not listed', async () => {
    const { experiment: _experiment, runId: _runId, status: _status, ...rest } = judged;
    const startedAt = daysAgo(1).toISOString();
    const campaign = { kind: 'tester', name: 'Test', campaignId: 'tester-1', ...rest, startedAt };
    const path = place('test', 'a', { 'results.json': `${JSON.stringify(campaign, null, 2)}\n` });
    place('test', join('a', 'rounds', '0000-x'), { 'results.json': JSON.stringify(judged) });
    expect(listRuns(results)).toEqual({
      runs: [expect.objectContaining({ path, kind: 'tester', experiment: 'Test', id: 'tester-1' })],
      unreadable: [],
    });
  });

  test('a run that died is inconclusive, a run under way is running', async () => {
    await saveDead(1);
    const live = await saveDead(0.5, 'live');
    age(join(live, 'events.jsonl'), 0);
    const { stdout } = await folder.run('runs');
    expect(stdout).toMatch(/Dead +run +running .*\n.*Dead +run +inconclusive \(crashed\)/);
    expect(json(await folder.run('runs', '--json', '--verdict', 'inconclusive'))).toMatchObject([
      { status: 'crashed', durationSeconds: null },
    ]);
  });

  test('what is torn, foreign or newer is said and skipped', async () => {
    await save(1);
    const whole = JSON.stringify(judged, null, 2);
    place('bad', 'torn', { 'results.json': whole.slice(0, -200) });
    place('bad', 'torn-early', { 'results.json': whole.slice(0, 60) });
    place('bad', 'empty', { 'results.json': '' });
    place('bad', 'binary', { 'results.json': '\u0000\u0001}' });
    place('bad', 'foreign', { 'results.json': '{ "name": "something else" }' });
    place('bad', 'new-verdict', { 'results.json': JSON.stringify({ ...judged, verdict: 'splendid' }) });
    place('bad', 'newer', { 'events.jsonl': `${JSON.stringify({ ...runStarted(), formatVersion: 99 })}\n` });
    place('bad', 'newborn', { 'events.jsonl': '{"type":"run-st' });
    place('bad', 'nothing-of-ours', { 'notes.txt': 'hello' });
    mkdirSync(join(results, 'bad', 'folder', 'results.json'), { recursive: true });
    symlinkSync(tmpdir(), join(results, 'bad', 'link'));
    const { code, stdout, stderr } = await folder.run('runs', '--json');
    expect(code).toBe(0);
    expect(json({ code, stdout, stderr })).toHaveLength(1);
    expect(stderr.split('\n').toSorted()).toEqual([
      '',
      ...[
        'binary is skipped: results.json is not JSON',
        'empty is skipped: results.json is cut off',
        'folder is skipped: EISDIR: illegal operation on a directory, read',
        'foreign is skipped: results.json is not of a run of chaosx, or of a newer one',
        'new-verdict is skipped: results.json is not of a run of chaosx, or of a newer one',
        'newborn is skipped: events.jsonl has no whole first line',
        'newer is skipped: events.jsonl was written by a newer chaosx',
        'torn is skipped: results.json is cut off',
        'torn-early is skipped: results.json is cut off',
      ].map((line) => `warning: chaos_results/bad/${line}`),
    ]);
  });

  test('hundreds of runs, large and small, in any form of JSON', async () => {
    const expected: string[] = [];
    for (let n = 0; n < 400; n += 1) {
      const startedAt = new Date(Date.UTC(2026, 0, 1) + n * 1_000).toISOString();
      const recommendations = Array.from(
        { length: n % 7 === 0 ? 300 : 1 },
        () => 'look at "this" }\n{ again',
      );
      const hypothesis = 'h'.repeat(n % 11 === 0 ? 6_000 : 5);
      const run = { ...judged, runId: `run-${n}`, seed: n, startedAt, hypothesis, recommendations };
      place(`e${n % 5}`, `t${n}`, { 'results.json': JSON.stringify(run, null, n % 3 === 0 ? 0 : 2) });
      expected.unshift(`run-${n} ${n}`);
    }
    const { runs, unreadable } = listRuns(results);
    expect(unreadable).toEqual([]);
    expect(runs.map(({ id, seed }) => `${id} ${seed}`)).toEqual(expected);
  });

  test('many readers beside a writer and a deleter see whole runs only', async () => {
    for (let n = 0; n < 30; n += 1) await save(n + 1);
    const readers = Array.from({ length: 4 }, () => folder.run('runs', '--json'));
    const { runs } = listRuns(results);
    await Promise.all([deleteRuns(runs.slice(10)), save(0.01), save(0.02)]);
    for (const reader of readers) {
      const { code, stderr } = await reader;
      expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    }
    expect(listRuns(results).runs).toHaveLength(12);
  });

  test('the members that a file begins with are those of the whole', () => {
    const member = fc.oneof(
      fc.string(),
      fc.integer(),
      fc.boolean(),
      fc.constant(null),
      fc.constant({ a: 1 }),
      fc.constant([1]),
    );
    fc.assert(
      fc.property(fc.dictionary(fc.string(), member), fc.nat(), (object, cut) => {
        const text = JSON.stringify(object, null, 2);
        const read = leadingMembers(text.slice(0, cut % (text.length + 1)));
        for (const [key, value] of Object.entries(read)) expect(value).toEqual(object[key]);
      }),
    );
  });
});

describe('show', () => {
  test('a run by its path, judged again, with its files', async () => {
    const path = await save(1);
    for (const asked of [
      path,
      `${path}/results.json`,
      `${judged.experiment.toLowerCase().replaceAll(/\W+/g, '-')}/latest`,
    ]) {
      const { code, stdout, stderr } = await folder.run('runs', 'show', asked);
      expect({ asked, code, stderr }).toEqual({ asked, code: 0, stderr: '' });
      expect(stdout).toContain(`held  ${judged.experiment}`);
      expect(stdout).toMatch(/ {4}events\.jsonl +\d+(\.\d)? KB\n {4}results\.json +\d+(\.\d)? KB\n$/);
    }
  });

  test('a run that died', async () => {
    const { code, stdout } = await folder.run('runs', 'show', await saveDead(1));
    expect(code).toBe(0);
    expect(stdout).toMatch(/^inconclusive/);
  });

  test('no run at all', async () => {
    const { code, stderr } = await folder.run('runs', 'show', 'nowhere');
    expect(code).toBe(2);
    expect(stderr).toContain("expected a run's folder with events.jsonl in it, got nowhere");
  });
});

describe('delete', () => {
  const remove = (...args: readonly string[]) => folder.run('runs', 'delete', '--older-than', '30d', ...args);

  test('old runs go, young ones and foreign folders stay, `latest` points to what is left', async () => {
    const young = await save(10);
    const old = await save(40);
    const dead = await saveDead(50);
    const foreign = place('dead', 'x', { 'notes.txt': 'mine' });
    const torn = place('dead', 'y', { 'results.json': '{' });
    const precious = mkdtempSync(join(tmpdir(), 'chaosx-precious-'));
    writeFileSync(join(precious, 'results.json'), readFileSync(join(old, 'results.json')));
    symlinkSync(precious, join(results, 'dead', 'link'));
    symlinkSync(precious, join(old, 'inside'));
    const dry = await remove('--dry-run');
    expect(dry.stdout).toMatch(/would delete 2 of 3 runs, older than 30d, \d+ KB\n$/);
    expect([old, dead].every((path) => existsSync(path))).toBe(true);
    const { code, stdout } = await remove('--yes');
    expect(code).toBe(0);
    expect(stdout).toMatch(/deleted 2 of 3 runs, \d+ KB\n$/);
    expect(
      [young, foreign, torn, precious, join(precious, 'results.json')].map((path) => existsSync(path)),
    ).toEqual([true, true, true, true, true]);
    expect([old, dead].map((path) => existsSync(path))).toEqual([false, false]);
    expect(readlinkSync(join(young, '..', 'latest'))).toBe(young.split('/').at(-1));
    expect(readdirSync(join(results, 'dead')).toSorted()).toEqual(['link', 'x', 'y']);
    rmSync(precious, { recursive: true });
  });

  test('the last run of an experiment takes its link and folder with it', async () => {
    const path = await save(40);
    await remove('--yes');
    expect(existsSync(join(path, '..'))).toBe(false);
  });

  test('the newest of each experiment can be kept', async () => {
    const kept = [await save(40), await save(41, { experiment: 'Other one' })];
    const gone = await save(42);
    await remove('--yes', '--keep', '1');
    expect([...kept, gone].map((path) => existsSync(path))).toEqual([true, true, false]);
  });

  test('a run that may be under way stays, whatever was asked', async () => {
    const quiet = await saveDead(0.02, 'quiet');
    const busy = await saveDead(50, 'busy');
    appendFileSync(join(busy, 'events.jsonl'), ' ');
    const reporting = await save(0.001);
    age(join(reporting, 'results.json'), 0);
    const { stdout } = await folder.run('runs', 'delete', '--older-than', '0s', '--yes');
    expect(stdout).toBe('none of 3 runs in chaos_results is to be deleted\n');
    expect([quiet, busy, reporting].every((path) => existsSync(path))).toBe(true);
  });

  test('a run whose process lives stays, however long it has not written', async () => {
    const { openUndoJournal } = await import('../src/undo/undo-journal.js');
    const stateDirectory = join(folder.path, 'state');
    const path = await saveDead(50, 'sleeping');
    {
      await using _journal = await openUndoJournal({ runId: 'sleeping', stateDirectory });
      expect((await remove('--yes')).stdout).toBe('none of 1 runs in chaos_results is to be deleted\n');
      expect((await folder.run('runs')).stdout).toContain('running');
    }
    await remove('--yes');
    expect(existsSync(path)).toBe(false);
  });

  test('without a terminal and without --yes, nothing is deleted', async () => {
    const path = await save(40);
    const { code, stderr } = await remove();
    expect({ code, stderr }).toEqual({
      code: 2,
      stderr:
        'error: expected --yes, for there is no terminal to ask on\n  hint: --dry-run shows what would be deleted\n',
    });
    expect(existsSync(path)).toBe(true);
    expect((await folder.run('runs', 'delete', '--older-than', 'long', '--yes')).code).toBe(2);
  });

  test('on a terminal it asks', async () => {
    const path = await save(40);
    const answer = async (text: string) => {
      const command = `${process.execPath} ${join(import.meta.dirname, '../dist/cli/main.js')} runs delete --older-than 30d`;
      const child = spawn('script', ['-qec', command, '/dev/null'], {
        cwd: folder.path,
        env: { ...process.env, CHAOSX_STATE_DIR: join(folder.path, 'state'), NO_COLOR: '1' },
      });
      let printed = '';
      child.stdout.setEncoding('utf8').on('data', (part: string) => {
        printed += part;
        if (part.includes('[y/N]')) child.stdin.end(`${text}\n`);
      });
      await new Promise((resolve) => void child.once('close', resolve));
      return printed;
    };
    expect(await answer('no')).toContain('nothing was deleted');
    expect(existsSync(path)).toBe(true);
    expect(await answer('y')).toContain('deleted 1 of 1 runs');
    expect(existsSync(path)).toBe(false);
  });
});
