import { execFileSync, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { appendFileSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import type { CompareResults } from '../src/model/campaign-results.js';
import { cliEntry, CliFolder, outputOf } from './cli-process.js';
import { closedPort } from './network-servers.js';

const maker = fileURLToPath(new URL('../examples/patches/make-repository.mjs', import.meta.url));
const folder = new CliFolder();
afterAll(() => folder[Symbol.dispose]());
const repository = join(folder.path, 'shop');
const git = (...args: readonly string[]) =>
  execFileSync('git', ['-c', 'user.name=Test', '-c', 'user.email=test@localhost', ...args], {
    cwd: repository,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe'],
  });
const branch = (name: string, change: () => void) => {
  git('checkout', '--quiet', '-b', name, 'main');
  change();
  git('add', '--all');
  git('commit', '--quiet', '--message', name);
  git('checkout', '--quiet', 'main');
};

let untouched = '';
/** All that must be as it was: refs, HEAD, index, working tree, and what git knows of further ones. */
const state = () =>
  [
    git('for-each-ref'),
    readFileSync(join(repository, '.git', 'HEAD'), 'utf8'),
    createHash('sha256')
      .update(readFileSync(join(repository, '.git', 'index')))
      .digest('hex'),
    readFileSync(join(repository, 'shop.mjs'), 'utf8'),
    readFileSync(join(repository, 'mine.txt'), 'utf8'),
    git('worktree', 'list'),
    String(existsSync(join(repository, '.git', 'worktrees'))),
  ].join('\n');

beforeAll(async () => {
  execFileSync(process.execPath, [maker, repository]);
  branch('moved', () => git('mv', 'shop.mjs', 'store.mjs'));
  branch('renamed-commit', () => writeFileSync(join(repository, 'notes.txt'), 'notes'));
  // A hook of the repository is nothing that may run.
  writeFileSync(
    join(repository, '.git', 'hooks', 'post-checkout'),
    '#!/bin/sh\ntouch "$PWD/hooked"\nexit 1\n',
    {
      mode: 0o755,
    },
  );
  // What a person is at work on: changed, staged, and not known to git.
  appendFileSync(join(repository, 'shop.mjs'), 'throw new Error("this is not committed");\n');
  git('add', 'shop.mjs');
  appendFileSync(join(repository, 'shop.mjs'), '// and more\n');
  writeFileSync(join(repository, 'mine.txt'), 'mine');
  // Files of experiments are read as they are on the disk: other ports than the example's, which may run beside this.
  const [shop, inventory] = [await closedPort(), await closedPort()];
  for (const file of ['slow.chaos.yaml', 'failing.chaos.yaml']) {
    const text = readFileSync(join(repository, file), 'utf8');
    writeFileSync(
      join(repository, file),
      text.replaceAll('24301', String(shop)).replaceAll('24300', String(inventory)),
    );
  }
  untouched = state();
});

afterEach(() => {
  expect(state()).toBe(untouched);
  const left = readdirSync(folder.temporary).filter((name) => name.startsWith('chaosx-checkouts-'));
  expect(left).toEqual([]);
});

const start = (args: readonly string[], cwd = repository) =>
  spawn(process.execPath, [cliEntry, 'compare', ...args], {
    cwd,
    env: folder.env,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
const compare = (...args: readonly string[]) =>
  outputOf(start([...args, '--results', join(folder.path, 'results')]));

/** Times of a busy machine are not what is tested here. */
const calm = ['p95DuringMs=400ms', 'recoveryTimeSeconds=5s'].flatMap((each) => ['--margin', each]);

describe('the examples', () => {
  test('a patch that removes a time limit is worse, by the file that users keep', {
    timeout: 180_000,
  }, async () => {
    const run = await compare(
      '--base',
      'main',
      '--head',
      'without-timeout',
      'slow.chaos.yaml',
      '--json',
      ...calm,
    );
    const results = JSON.parse(run.stdout) as CompareResults;
    expect(results).toMatchObject({ verdict: 'deviated', kind: 'compare' });
    expect(run.code).toBe(1);
    const [scenario] = results.scenarios;
    const states = Object.fromEntries(scenario?.quantities.map(({ name, state: is }) => [name, is]) ?? []);
    expect(states).toMatchObject({ answeredWell: 'worse', p95DuringMs: 'worse' });
    expect(scenario).toMatchObject({ base: { injected: 5 }, head: { injected: 5, held: 0 } });
    // Interleaved, and each pair with one seed.
    const started = (side: 'base' | 'head') =>
      results[side].rounds.map(({ startedAt }) => Date.parse(startedAt));
    const [b, h] = [started('base'), started('head')];
    const order = [...b.map((at) => ({ at, side: 'b' })), ...h.map((at) => ({ at, side: 'h' }))]
      .toSorted((one, other) => one.at - other.at)
      .map(({ side }) => side);
    expect(order.join('')).toBe('bhhbbhhbbh');
    expect(results.base.rounds.map(({ seed }) => seed)).toEqual(results.head.rounds.map(({ seed }) => seed));
    // Kept as every campaign, with a report of both sides.
    const [kept = ''] = /\S+report\.html/.exec(run.stderr) ?? [];
    expect(readFileSync(kept, 'utf8')).toContain('Timelines side by side');
  });

  test('a patch that adds a retry is not worse', { timeout: 180_000 }, async () => {
    const build = ['--build', 'node --check shop.mjs'];
    const run = await compare(
      '--base',
      'main',
      '--head',
      'with-retry',
      ...build,
      'failing.chaos.yaml',
      ...calm,
    );
    expect(run.stderr).toContain('building head (with-retry, ');
    expect(run.stdout).toMatch(/^held/);
    expect(run.stdout).toMatch(/http_error: held in [01] of 5 runs → [345] of 5/);
    expect(run.code).toBe(0);
  });
});

describe('what cannot be compared', () => {
  const files = ['slow.chaos.yaml'];

  test('the same revision twice, by another name or with the same files: no difference, nothing is run', async () => {
    const run = await compare('--base', 'main', '--head', 'main~0', ...files);
    expect(run.stdout).toMatch(/^held[\s\S]*no difference: main and main~0 are the same commit/);
    expect(run.code).toBe(0);
    expect(run.stderr).not.toContain('1/10');
  });

  test('a revision that does not exist, or looks like an option, is refused', async () => {
    for (const head of ['nowhere', '--help-me']) {
      const { code, stderr } = await compare('--base', 'main', `--head=${head}`, ...files);
      expect(stderr).toContain(`expected "${head}" to be a revision of ${repository}, it is none`);
      expect(code).toBe(2);
    }
  });

  test('a revision that does not build: its last lines, exit 3', async () => {
    const build = ['--build', 'for i in $(seq 30); do echo line $i; done; test ! -e store.mjs'];
    const { code, stdout } = await compare('--base', 'main', '--head', 'moved', ...build, ...files);
    expect(stdout).toMatch(/^not-steady/);
    expect(stdout).toContain('head (moved) does not build');
    expect(stdout).toContain('line 30');
    expect(stdout).not.toContain('line 10\n');
    expect(code).toBe(3);
  });

  test('a program that one revision alone has is refused by name', async () => {
    const { code, stderr } = await compare('--base', 'main', '--head', 'moved', ...files);
    expect(stderr).toContain(
      'expected shop.mjs in both revisions, it is in base (main) and not in head (moved)',
    );
    expect(code).toBe(2);
  });

  test('no repository, no file, no target that is started', async () => {
    const other = join(folder.path, 'elsewhere');
    mkdirSync(other, { recursive: true });
    const outside = await outputOf(
      start(['--base', 'a', '--head', 'b', join(repository, 'slow.chaos.yaml')], other),
    );
    expect(outside.stderr).toContain(`expected ${other} to be in a git repository`);
    const missing = await compare('--base', 'main', '--head', 'moved', 'none.yaml');
    expect(missing.stderr).toContain('none.yaml: expected an experiment file, but there is no such file');
    const running = join(folder.path, 'running.yaml');
    writeFileSync(
      running,
      'name: Running\ntargetSystem: { name: db, address: "127.0.0.1:5432", listen: "127.0.0.1:5433" }\nprobes: [{ name: db, tcp: "127.0.0.1:5433" }]\nscenarios: [high_latency]\n',
    );
    const attached = await compare('--base', 'main', '--head', 'moved', running);
    expect(attached.stderr).toContain('Running: expected a target with `start`, got another one');
    for (const { code } of [outside, missing, attached]) expect(code).toBe(2);
  });

  test('a person who stops the build: reverted, exit 130', async () => {
    const child = start(['--base', 'main', '--head', 'moved', '--build', 'sleep 60', ...files]);
    child.stderr?.on('data', (text: Buffer) => {
      if (text.toString().includes('building')) child.kill('SIGINT');
    });
    const { code, stdout } = await outputOf(child);
    expect(stdout).toMatch(/^interrupted/);
    expect(code).toBe(130);
  });

  test('checkouts of a process that was killed are removed by the next one', async () => {
    const child = start(['--base', 'main', '--head', 'moved', '--build', 'sleep 2', ...files]);
    child.stderr?.on('data', (text: Buffer) => {
      if (text.toString().includes('building')) child.kill('SIGKILL');
    });
    await outputOf(child);
    expect(git('worktree', 'list').trim().split('\n').length).toBeGreaterThan(1);
    await compare('--base', 'main', '--head', 'moved', '--build', 'exit 1', ...files);
  });
});
