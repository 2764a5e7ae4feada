import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { TesterResults } from '../src/model/campaign-results.js';
import { campaignResultsSchema } from '../src/model/schema/campaign-results-schema.js';
import { resultsSchema } from '../src/model/schema/results-schema.js';
import { CliFolder } from './cli-process.js';
import { closedPort, startUpstream } from './network-servers.js';
import { shopExperiment, writeExperiment } from './shop-experiment.js';

test('chaosx test: runs in turn, a line each, then every metric against its target', async () => {
  using folder = new CliFolder();
  await using upstream = await startUpstream();
  const text = shopExperiment({ port: await closedPort(), upstream: upstream.port });
  const file = writeExperiment(folder, text.replace('timeout: 1s', 'timeout: 200ms'));
  const options =
    '--scenarios high_latency,network_partition --iterations 4 --rate 20 --duration 1s --seed 3';
  const { code, stdout, stderr } = await folder.run('test', file, ...options.split(' '));
  const lines = stderr.trimEnd().split('\n');
  expect(lines.map((line) => line.trim().split(/ {2,}/).slice(0, 2)).toSorted()).toEqual([
    ['1/4', expect.stringMatching(/^(high_latency|network_partition)$/)],
    ['2/4', expect.stringMatching(/^(high_latency|network_partition)$/)],
    ['3/4', expect.stringMatching(/^(high_latency|network_partition)$/)],
    ['4/4', expect.stringMatching(/^(high_latency|network_partition)$/)],
  ]);
  // Every call that met 300 ms or a cut took longer than its 200 ms: no fault was tolerated. Four runs decide nothing.
  expect({ code, first: stdout.trim().split('\n')[0] }).toEqual({
    code: 7,
    first: 'inconclusive  Shop under latency',
  });
  expect(stdout).toMatch(/fault tolerance +0 % +no interval +target at least 80 % +inconclusive +n 4/);
  expect(stdout).toMatch(/high_latency +2 +0 %/);
  const path = /results (.*results\.json)/.exec(stdout)?.[1] ?? '';
  const results = JSON.parse(readFileSync(path, 'utf8')) as TesterResults;
  expect(results).toMatchObject({ kind: 'tester', verdict: 'inconclusive', seed: 3, roundsRun: 4 });
  expect(() => campaignResultsSchema.parse(results)).not.toThrow();
  const page = readFileSync(join(path, '..', 'report.html'), 'utf8');
  for (const { folder: round } of results.rounds) {
    const kept = join(path, '..', round ?? '');
    expect(readdirSync(kept).sort()).toEqual(
      expect.arrayContaining(['events.jsonl', 'experiment.yaml', 'junit.xml', 'report.html', 'results.json']),
    );
    expect(() =>
      resultsSchema.parse(JSON.parse(readFileSync(join(kept, 'results.json'), 'utf8'))),
    ).not.toThrow();
    expect(page).toContain(`href="./${round}/report.html"`);
  }
  // Judged again from its events, it is the same.
  const again = await folder.run('report', join(path, '..'), '--format', 'json');
  expect(JSON.parse(again.stdout)).toEqual(results);
});

test.each([
  [['--iterations', '0'], 'expected --iterations from 1 on, got 0'],
  [['--scenarios', 'hi_latency'], 'expected a scenario of the catalogue, got "hi_latency"'],
  [['--scenarios', ','], 'expected --scenarios to name at least one, got none'],
  [['--scenarios', 'disk_full'], 'disk_full: name in `path` a folder'],
  [['--rate', '0'], 'expected --rate from 1 on, got 0'],
])('chaosx test %j is refused before anything starts', async (args, says) => {
  using folder = new CliFolder();
  const file = writeExperiment(folder, shopExperiment({ port: 1, upstream: 2 }));
  const { code, stderr, stdout } = await folder.run('test', file, ...args);
  expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
  expect(stderr).toContain(says);
  expect(existsSync(join(folder.path, 'chaos_results'))).toBe(false);
});
