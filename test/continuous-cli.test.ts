import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import type { ContinuousResults } from '../src/model/campaign-results.js';
import { readCampaignEvents } from '../src/store/read-campaign-events.js';
import { CliFolder, outputOf, stable } from './cli-process.js';
import { closedPort, startUpstream } from './network-servers.js';

const shop = fileURLToPath(new URL('fixtures/shop.mjs', import.meta.url));

function experiment(port: number, upstream: number): string {
  return `name: Shop for hours
targetSystem:
  name: shop
  start: ["${process.execPath}", "${shop}"]
  env: { PORT: "${port}", UPSTREAM: "http://127.0.0.1:${upstream}/stock" }
  ready: { tcp: "127.0.0.1:${port}", within: 10s }
  dependencies: { stock: { env: UPSTREAM } }
probes:
  - { name: shop, http: "http://127.0.0.1:${port}/", every: 100ms, timeout: 2s }
scenarios:
  - { use: high_latency, duration: 1s, parameters: { latencyMs: 100 } }
  - disk_full
successCriteria: { maxErrorRate: 0.5 }
baseline: 300ms
holdTime: 200ms
maxRecoveryWait: 20s
seed: 7
`;
}

async function started(folder: CliFolder) {
  const upstream = await startUpstream();
  writeFileSync(join(folder.path, 'shop.yaml'), experiment(await closedPort(), upstream.port));
  return upstream;
}

/** Waits until a command has printed this. */
async function printed(stream: Readable | null, text: string): Promise<void> {
  let seen = '';
  for await (const chunk of stream?.iterator({ destroyOnReturn: false }) ?? []) {
    seen += String(chunk);
    if (seen.includes(text)) return;
  }
  throw new Error(`it ended without ${text}: ${seen}`);
}

async function namesOfEvents(path: string): Promise<readonly string[]> {
  const names: string[] = [];
  for await (const event of readCampaignEvents(path)) names.push(event.type);
  return names;
}

const latest = 'chaos_results/shop-for-hours/latest';

describe('chaosx continuous', () => {
  test('prints a line a round, and what the rounds show together', async () => {
    using folder = new CliFolder();
    await using _upstream = await started(folder);
    const { code, stdout, stderr } = await folder.run(
      'continuous',
      'shop.yaml',
      '--for',
      '4s',
      '--every',
      '2s',
    );
    expect({ code, stderr }).toMatchObject({ code: 0 });
    expect(stable(stderr, folder)).toMatch(
      /^Shop for hours\n {2}target {6}shop\n {2}one of {6}high_latency\n {2}left out {4}disk_full: name in `path` a folder on the file system that is to be filled\n/,
    );
    expect(stderr).toMatch(/^ {5}#1 .* high_latency {10}held /m);
    expect(stdout).toMatch(/^\nheld {2}Shop for hours\n {2}(\d) of \1 rounds held\n/);
    expect(stdout).toMatch(/^ {2}rounds that held {2}100 % {8}100 % /m);
    expect(stdout).toMatch(/^ {2}high_latency {2}3 /m);
    const saved = JSON.parse(
      readFileSync(join(folder.path, latest, 'results.json'), 'utf8'),
    ) as ContinuousResults;
    expect(saved).toMatchObject({ kind: 'continuous', verdict: 'held', seed: 7 });
  });

  test('Ctrl-C reverts, sums up, and exits with 130; --resume goes on from there', async () => {
    using folder = new CliFolder();
    await using _upstream = await started(folder);
    const child = folder.start(['continuous', 'shop.yaml', '--for', '1h', '--every', '2s']);
    const output = outputOf(child);
    await printed(child.stderr, '#1 ');
    child.kill('SIGINT');
    const { code, stdout } = await output;
    expect(code).toBe(130);
    expect(stdout).toMatch(/^\ninterrupted {2}Shop for hours\n {2}stopped after \d+ rounds: SIGINT\n/);

    const again = folder.start(['continuous', 'shop.yaml', '--resume']);
    const rest = outputOf(again);
    await printed(again.stderr, 'goes on');
    again.kill('SIGTERM');
    expect((await rest).code).toBe(130);
    const other = await folder.run('continuous', 'shop.yaml', '--resume', '--every', '3s');
    expect(other).toMatchObject({ code: 2, stdout: '' });
    expect(other.stderr).toContain('interval: it began with 2 s, now asked for: 3 s');
  });

  test('a process that is killed in a round: --resume names the round, goes on, and covers both parts', async () => {
    using folder = new CliFolder();
    await using _upstream = await started(folder);
    const child = folder.start(['continuous', 'shop.yaml', '--for', '20s', '--every', '3s']);
    await printed(child.stderr, '#1 ');
    const events = join(folder.path, latest, 'campaign.jsonl');
    while ((await namesOfEvents(events)).filter((type) => type === 'round-started').length < 2) {
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    const gone = once(child, 'exit');
    child.kill('SIGKILL');
    await gone;
    const { code, stdout, stderr } = await folder.run('continuous', 'shop.yaml', '--resume', '--json');
    expect({ code, stderr }).toMatchObject({ code: 0 });
    expect(stderr).toMatch(/^ {2}goes on {5}2 rounds began before, /m);
    expect(stderr).toMatch(/^ {5}#2 .* not run {8}chaosx was killed while it ran$/m);
    const results = JSON.parse(stdout) as ContinuousResults;
    expect(results).toMatchObject({
      verdict: 'held',
      resumed: 1,
      stoppedBy: null,
      skipped: [{ name: 'high_latency', why: 'chaosx was killed while it ran' }],
    });
    expect(results.roundsRun).toBeGreaterThan(1);
    // From the first start, with the time between the two processes.
    expect(results.durationSeconds).toBeLessThan(30);
    expect((await namesOfEvents(events)).filter((type) => type === 'campaign-resumed')).toHaveLength(1);
  });

  test('nothing to go on with, nothing in range: refused, nothing is left behind', async () => {
    using folder = new CliFolder();
    await using _upstream = await started(folder);
    const none = await folder.run('continuous', 'shop.yaml', '--resume');
    expect(none).toMatchObject({ code: 2, stdout: '' });
    expect(stable(none.stderr, folder)).toMatchInlineSnapshot(`
      "error: expected a campaign of kind continuous in <folder>/chaos_results/shop-for-hours, found none
        hint: start one first, or say with --results where it was kept
      "
    `);
    const range = await folder.run('continuous', 'shop.yaml', '--severity', '1..2');
    expect(range).toMatchObject({ code: 2, stdout: '' });
    expect(range.stderr).toMatchInlineSnapshot(`
      "error: no scenario with a severity of 1 to 2 can be made on shop:
        high_latency: its severity is 3, asked for was 1 to 2
        disk_full: its severity is 5, asked for was 1 to 2
        hint: widen the range of severity, or choose among other scenarios; \`chaosx scenarios\` lists them
      "
    `);
  });

  test.each([
    [['--severity', '0..9']],
    [['--error-budget', '500%']],
    [['--keep-runs', 'few']],
    [['--for', 'long']],
    [['--every', '400ms']],
    [['--scenarios', 'hi_latency']],
    [['--scenarios', '']],
  ])('refuses %j', async (args) => {
    using folder = new CliFolder();
    await using _upstream = await started(folder);
    const { code, stdout, stderr } = await folder.run('continuous', 'shop.yaml', ...args);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toMatchSnapshot();
  });
});
