import { once } from 'node:events';
import {
  appendFileSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readExperimentFolder } from '../src/campaign/experiment-folder.js';
import { readEarlierDays } from '../src/campaign/read-earlier-days.js';
import { runDaily } from '../src/campaign/run-daily.js';
import { judgeDaily } from '../src/judge/campaign/judge-daily.js';
import type { Clock } from '../src/model/clock.js';
import { systemClock } from '../src/model/system-clock.js';
import { readCampaignEvents } from '../src/store/read-campaign-events.js';
import { CliFolder, outputOf } from './cli-process.js';
import { closedPort, never } from './network-servers.js';

const server = fileURLToPath(new URL('fixtures/asks-with-patience.mjs', import.meta.url));
const dayMs = 86_400_000;

/** What the shops ask. */
let upstream: Server;
let folder: string;

/** How long shops wait for it: a setting of theirs, and no part of an experiment. */
function setPatience(ms: number): void {
  writeFileSync(join(folder, 'patience'), String(ms));
}

beforeAll(async () => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), 'chaosx-daily-')));
  upstream = createServer((_, response) => response.end('ok'));
  setPatience(20_000);
  upstream.listen(0, '127.0.0.1');
  await once(upstream, 'listening');
});
afterAll(() => {
  upstream.closeAllConnections();
  upstream.close();
  rmSync(folder, { recursive: true, force: true });
});

async function writeExperiment(into: string, name: string): Promise<void> {
  const port = await closedPort();
  mkdirSync(into, { recursive: true });
  writeFileSync(
    join(into, `${name}.yaml`),
    `name: Shop ${name}
targetSystem:
  name: shop-${name}
  start: ["${process.execPath}", "${server}"]
  env: { PORT: "${port}", UPSTREAM: "http://127.0.0.1:${(upstream.address() as AddressInfo).port}/", PATIENCE: "${join(folder, 'patience')}" }
  ready: { tcp: "127.0.0.1:${port}", within: 20s }
  dependencies: { stock: { env: UPSTREAM } }
probes:
  - { name: shop, http: "http://127.0.0.1:${port}/", every: 200ms, timeout: 10s }
scenarios:
  - { use: high_latency, duration: 1s, parameters: { latencyMs: 800 } }
successCriteria: { maxErrorRate: 1 }
baseline: 400ms
holdTime: 100ms
maxRecoveryWait: 20s
`,
  );
}

const inDays = (days: number): Clock => ({
  ...systemClock,
  wallMs: () => systemClock.wallMs() + days * dayMs,
});

async function day(days: number, { experiments = join(folder, 'experiments'), count = 2 } = {}) {
  const { files, refused } = await readExperimentFolder(experiments);
  expect(refused).toEqual([]);
  return runDaily({
    name: 'daily experiments',
    files,
    count,
    timeZone: 'UTC',
    since: null,
    campaign: {
      resultsDirectory: join(folder, 'chaos_results'),
      stateDirectory: join(folder, 'state'),
      clock: inDays(days),
    },
    signal: never,
  });
}

const campaigns = () => join(folder, 'chaos_results', 'daily-experiments');

describe.sequential('a system that gets worse', () => {
  test('five days like each other, then one that is worse', { timeout: 300_000 }, async () => {
    await writeExperiment(join(folder, 'experiments'), 'a');
    for (let days = 0; days < 5; days += 1) {
      const { results } = await day(days);
      expect(results).toMatchObject({ verdict: 'held', regressed: false, notToday: [], notes: [] });
      expect(results.comparisons.map(({ earlierDays }) => earlierDays)).toEqual([days]);
    }
    const again = await day(4);
    expect(again.results.comparisons.map(({ earlierDays }) => earlierDays)).toEqual([4]);
    // A day that a crash tore off, and what is no campaign of ours.
    const latest = readdirSync(campaigns())
      .filter((name) => name.startsWith('2'))
      .toSorted()
      .at(-1);
    appendFileSync(join(campaigns(), latest ?? '', 'campaign.jsonl'), '{"type":"round-en');
    mkdirSync(join(campaigns(), '1999'));
    writeFileSync(join(campaigns(), '1999', 'campaign.jsonl'), 'nonsense\n');

    setPatience(400);
    const { results, folder: kept } = await day(5);
    expect(results).toMatchObject({ verdict: 'held', regressed: true });
    for (const { file, quantities, why, today } of results.comparisons) {
      expect({ file, verdict: today.verdict }).toEqual({ file, verdict: 'held' });
      expect(quantities.find(({ name }) => name === 'availabilityByTime')).toMatchObject({
        days: 5,
        regressed: true,
      });
      expect(why.join()).toMatch(/available [\d.]+ %, expected at least 100 % \(median 100 % over 5 days\)/);
    }
    expect(results.notes).toEqual([
      expect.stringMatching(/1999\/campaign\.jsonl: left out, expected the events of a campaign/),
    ]);

    // What had got worse is marked, until a person accepts it with a day to begin anew from.
    const read = async (since: string | null) => {
      const fingerprint = results.comparisons[0]?.fingerprint ?? '';
      const days = await readEarlierDays({
        resultsDirectory: join(folder, 'chaos_results'),
        name: 'daily experiments',
        before: '9999-12-31',
        since,
        experiments: [{ file: 'a.yaml', fingerprint }],
        onNote: () => undefined,
      });
      return days.get('a.yaml')?.earlier.map(({ regressed }) => regressed.includes('availabilityByTime'));
    };
    expect(await read(null)).toEqual([true, false, false, false, false, false]);
    expect(await read(results.day)).toEqual([false]);

    let state = judgeDaily.init();
    for await (const event of readCampaignEvents(join(kept ?? '', 'campaign.jsonl'))) {
      state = judgeDaily.step(state, event);
    }
    expect(judgeDaily.result(state)).toEqual(results);
    expect(JSON.parse(readFileSync(join(kept ?? '', 'results.json'), 'utf8'))).toEqual(
      JSON.parse(JSON.stringify(results)),
    );
  });

  test('the command says it, and exits 1', { timeout: 120_000 }, async () => {
    // The days above, as if they had been before today.
    for (const name of readdirSync(campaigns())) {
      if (name === 'latest') continue;
      const path = join(campaigns(), name, 'campaign.jsonl');
      const text = readFileSync(path, 'utf8');
      const [, then = ''] = /"settings":\{"day":"([\d-]+)"/.exec(text) ?? [];
      if (then === '') continue;
      const before = new Date(Date.parse(then) - 10 * dayMs).toISOString().slice(0, 10);
      writeFileSync(path, text.replace(`"day":"${then}"`, `"day":"${before}"`));
    }
    using cli = new CliFolder();
    const { code, stdout, stderr } = await cli.run(
      'daily',
      join(folder, 'experiments'),
      '--tz',
      'UTC',
      '--results',
      join(folder, 'chaos_results'),
    );
    expect(code).toBe(1);
    expect(stdout).toContain('held, regressed  daily experiments');
    expect(stdout).toMatch(/worse: a\.yaml: .*available/s);
    expect(stdout).toMatch(/exits with 1: worse than the days before/);
    // The worse day is no measure for this one.
    expect(stdout).toMatch(/available +[\d.]+ % +100 % +at least 100 % +worse/);
    expect(stderr).toMatch(/1\/1 {2}Shop a .*held/);
  });
});

test('a target that another run holds is not run, and the day is not green', {
  timeout: 120_000,
}, async () => {
  setPatience(20_000);
  const experiments = join(folder, 'contended');
  for (const name of ['c', 'd']) await writeExperiment(experiments, name);
  const both = await Promise.all([1, 2].map(() => day(100, { experiments, count: 1 })));
  const verdicts = both.map(({ results }) => results.verdict).toSorted();
  expect(verdicts).toEqual(['held', 'inconclusive']);
  const left = both.find(({ results }) => results.verdict === 'inconclusive')?.results;
  expect(left?.reason).toMatch(/^[cd]\.yaml was not run: /);
  expect(both.map(({ results }) => results.notToday)).toEqual([left?.notToday, left?.notToday]);
  expect(left?.notToday).toEqual([left?.reason.startsWith('c') ? 'd.yaml' : 'c.yaml']);
  expect(left?.comparisons).toEqual([]);
});

test('an experiment that was changed is another one; its seed, its place and its comments are not', async () => {
  const experiments = join(folder, 'changed');
  await writeExperiment(experiments, 'd');
  const path = join(experiments, 'd.yaml');
  const text = readFileSync(path, 'utf8');
  const fingerprint = async () => (await readExperimentFolder(experiments)).files[0]?.fingerprint;
  const before = await fingerprint();
  writeFileSync(path, `# a comment\n${text}seed: 9\n`);
  expect(await fingerprint()).toBe(before);
  writeFileSync(path, text.replace('latencyMs: 800', 'latencyMs: 900'));
  expect(await fingerprint()).not.toBe(before);
});

describe('the command', () => {
  test('names every mistake of every file, and starts nothing', async () => {
    using cli = new CliFolder();
    const experiments = join(cli.path, 'experiments');
    await writeExperiment(experiments, 'good');
    writeFileSync(join(experiments, 'bad.yaml'), 'name: Bad\nscenarios:\n  - use: hi_latency\n');
    writeFileSync(join(experiments, 'worse.yml'), 'name: [\n');
    const { code, stdout, stderr } = await cli.run('daily', 'experiments', '--cron', '0 2 * * *');
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toMatch(/experiments\/bad\.yaml:3:/);
    expect(stderr).toMatch(/experiments\/worse\.yml:/);
    expect(readdirSync(cli.path).toSorted()).toEqual(['experiments', 'state', 'tmp']);
    expect(readdirSync(join(cli.path, 'state', 'undo'))).toEqual([]);
  });

  test.each([
    [['nowhere']],
    [['empty']],
    [['experiments', '--cron', '0 2 * *']],
    [['experiments', '--cron', '0 2 * * *', '--tz', 'Mars/Olympus']],
    [['experiments', '--cron', '0 2 * * *', '--jitter', 'long']],
    [['experiments', '--jitter', '5m']],
    [['experiments', '--count', '0']],
    [['experiments', '--since', '2026-02-30']],
  ])('refuses %j', async (args) => {
    using cli = new CliFolder();
    mkdirSync(join(cli.path, 'empty'));
    await writeExperiment(join(cli.path, 'experiments'), 'good');
    const { code, stdout, stderr } = await cli.run('daily', ...args);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toMatchSnapshot();
  });

  test('stays running with --cron, says the next time, and ends when asked', async () => {
    using cli = new CliFolder();
    await writeExperiment(join(cli.path, 'experiments'), 'good');
    // A time that is not near, whenever this is run.
    const month = ((new Date().getUTCMonth() + 6) % 12) + 1;
    const child = cli.start(['daily', 'experiments', '--cron', `0 2 1 ${month} *`, '--tz', 'UTC']);
    const output = outputOf(child);
    await new Promise<void>((resolve) => {
      child.stderr?.on('data', (text: string) => {
        if (text.includes('next run')) resolve();
      });
    });
    child.kill('SIGINT');
    const { code, stderr } = await output;
    expect(code).toBe(0);
    expect(stderr).toMatch(/^next run: \d{4}-\d{2}-01 02:00:00 UTC$/m);
  });
});
