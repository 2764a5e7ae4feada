import { execFileSync, spawn } from 'node:child_process';
import { cpSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { CompareResults } from '../src/model/campaign-results.js';
import { cliEntry, CliFolder, outputOf } from './cli-process.js';
import { closedPort } from './network-servers.js';

const folder = new CliFolder();
afterAll(() => folder[Symbol.dispose]());
const repository = join(folder.path, 'shop');
const git = (...args: readonly string[]) =>
  execFileSync('git', ['-c', 'user.name=Test', '-c', 'user.email=test@localhost', ...args], {
    cwd: repository,
    stdio: 'ignore',
  });

/** A shop that depends on opossum, a commit for each of two released versions. */
beforeAll(async () => {
  cpSync(fileURLToPath(new URL('../examples/patches/opossum', import.meta.url)), repository, {
    recursive: true,
  });
  const file = join(repository, 'breaker.chaos.yaml');
  const [shop, inventory] = [await closedPort(), await closedPort()];
  const text = readFileSync(file, 'utf8');
  writeFileSync(file, text.replaceAll('24303', String(shop)).replaceAll('24302', String(inventory)));
  git('init', '--initial-branch', 'main');
  for (const version of ['8.1.1', '8.1.2']) {
    const manifest = { private: true, dependencies: { opossum: version } };
    writeFileSync(join(repository, 'package.json'), JSON.stringify(manifest));
    git('add', '--all');
    git('commit', '--message', `opossum ${version}`);
    git('tag', `v${version}`);
  }
});

test('opossum 8.1.1 does not come back where 8.1.2 does: zero was taken for not given', {
  timeout: 240_000,
}, async () => {
  const install = 'npm install --no-audit --no-fund --ignore-scripts --loglevel=error';
  const args = ['--base', 'v8.1.2', '--head', 'v8.1.1', '--build', install, 'breaker.chaos.yaml', '--json'];
  const run = await outputOf(
    spawn(process.execPath, [cliEntry, 'compare', ...args], {
      cwd: repository,
      env: folder.env,
      stdio: ['ignore', 'pipe', 'pipe'],
    }),
  );
  const results = JSON.parse(run.stdout) as CompareResults;
  expect(results.reason).toContain('head: 5 of 5 runs did not come back (base: 0 of 5)');
  expect(results.scenarios[0]?.quantities).toContainEqual(
    expect.objectContaining({ name: 'availabilityByTime', state: 'worse' }),
  );
  expect(run.code).toBe(5);
});
