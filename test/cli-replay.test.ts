import { appendFileSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { beforeAll, afterAll, describe, expect, test } from 'vitest';
import type { Replay } from '../src/cli/replay-summary.js';
import type { RepeatResults } from '../src/model/campaign-results.js';
import type { ChaosEvent, RunStarted } from '../src/model/events.js';
import type { Results } from '../src/model/results.js';
import { CliFolder } from './cli-process.js';
import { closedPort, startUpstream } from './network-servers.js';

const shop = fileURLToPath(new URL('fixtures/shop.mjs', import.meta.url));

/** A started process whose upstream is slow: 250 ms of latency against a limit of 2 s. */
function experiment(port: number, upstream: number): string {
  return `name: Shop under latency
targetSystem:
  name: shop
  start: ["${process.execPath}", "${shop}"]
  env: { PORT: "${port}", UPSTREAM: "http://127.0.0.1:${upstream}/stock" }
  ready: { tcp: "127.0.0.1:${port}", within: 10s }
  dependencies: { stock: { env: UPSTREAM } }
probes:
  - { name: shop, http: "http://127.0.0.1:${port}/", every: 100ms, timeout: 3s }
scenarios:
  - { use: high_latency, duration: 2s, parameters: { latencyMs: [200, 250] } }
successCriteria: { p95ResponseMs: 2000 }
baseline: 300ms
holdTime: 200ms
maxRecoveryWait: 10s
seed: 7
`;
}

const latestOf = (folder: CliFolder) => join(folder.path, 'chaos_results', 'shop-under-latency', 'latest');
const runIn = (folder: CliFolder) =>
  readdirSync(join(folder.path, 'chaos_results', 'shop-under-latency'))
    .filter((name) => name !== 'latest')
    .toSorted()
    .map((name) => join(folder.path, 'chaos_results', 'shop-under-latency', name));

/** The effects of a run's decisions by their place. */
function decisionsIn(run: string): ReadonlyMap<string, string> {
  const decisions = new Map<string, string>();
  for (const line of readFileSync(join(run, 'events.jsonl'), 'utf8').trimEnd().split('\n')) {
    const event = JSON.parse(line) as ChaosEvent;
    if (event.type !== 'decision-fired') continue;
    decisions.set(`${event.rule} ${event.site} ${event.n}`, event.effect);
  }
  return decisions;
}

describe('replay of a saved run', () => {
  const folder = new CliFolder();
  let upstream: Awaited<ReturnType<typeof startUpstream>>;
  let text: string;
  let earlier: string;
  const file = join(folder.path, 'shop.yaml');

  beforeAll(async () => {
    upstream = await startUpstream();
    text = experiment(await closedPort(), upstream.port);
    writeFileSync(file, text);
    const { code, stdout } = await folder.run('run', 'shop.yaml', '--seed', '11', '--json');
    expect({ code, seed: (JSON.parse(stdout) as Results).seed }).toEqual({ code: 0, seed: 11 });
    earlier = runIn(folder)[0] ?? '';
  }, 60_000);
  afterAll(async () => {
    folder[Symbol.dispose]();
    await upstream[Symbol.asyncDispose]();
  });

  test('runs it again with its seed; what the proxy decided happens again', async () => {
    const before = decisionsIn(earlier);
    expect(before.size).toBeGreaterThan(5);
    const { code, stdout } = await folder.run('replay', latestOf(folder), '--results', 'again');
    const [, reached, listed] = /decisions {2}(\d+) of (\d+) happened again/.exec(stdout) ?? [];
    expect(Number(listed)).toBe(before.size);
    // A busy machine may make fewer calls, so that fewer choices were to be made: not other ones.
    expect(Number(reached)).toBeGreaterThan(before.size / 2);
    expect(code).toBe(Number(reached) >= 0.9 * before.size ? 0 : 1);
    const again = join(folder.path, 'again', 'shop-under-latency', 'latest');
    let same = 0;
    for (const [place, effect] of decisionsIn(again)) {
      if (!before.has(place)) continue;
      same += 1;
      expect([place, effect]).toEqual([place, before.get(place)]);
    }
    expect(same).toBe(Number(reached));
    expect(stdout).toMatch(/earlier +held .*\n +replay +held /);
    expect(stdout).toMatch(/^ {2}report {2}.*report\.html$/m);
  });

  test('decisions that do not happen again fail it, and are named', async () => {
    const tampered = join(folder.path, 'tampered');
    mkdirSync(tampered);
    writeFileSync(join(tampered, 'experiment.yaml'), readFileSync(join(earlier, 'experiment.yaml')));
    const events = readFileSync(join(earlier, 'events.jsonl'), 'utf8').split('\n');
    const others = events.filter((line) => !line.includes('"decision-fired"'));
    writeFileSync(join(tampered, 'events.jsonl'), others.join('\n'));
    const decision = { scenario: 0, rule: 'high_latency', site: 'stock', n: 4, effect: 'delay 9 ms' };
    appendFileSync(
      join(tampered, 'events.jsonl'),
      `${JSON.stringify({ type: 'decision-fired', t: 400, ...decision })}\n`,
    );
    writeFileSync(join(tampered, 'decisions.jsonl'), '[0,"high_latency","stock",5,"delay 8 ms"]\n[0,"torn');
    const { code, stdout } = await folder.run('replay', 'tampered', '--results', 'again', '--json');
    const { replayed, neededShare, coverage, later } = JSON.parse(stdout) as Replay;
    expect(code).toBe(1);
    expect({ replayed, neededShare, verdict: later.verdict }).toEqual({
      replayed: false,
      neededShare: 0.9,
      verdict: 'held',
    });
    expect(coverage).toMatchObject({ listed: 2, reached: 0, share: 0, missed: [decision, { n: 5 }] });
  });

  test('a file that was changed since cannot give the values that were not stored', async () => {
    try {
      writeFileSync(file, text.replace('every: 100ms', 'every: 50ms'));
      const { code, stdout, stderr } = await folder.run('replay', earlier);
      expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
      expect(stderr).toContain(
        'shop.yaml was changed since, and the copy there has no secrets: values of environment variables',
      );
      expect(stderr).toContain(
        `hint: name the experiment file: \`chaosx replay ${earlier} --file experiment.yaml\``,
      );
      rmSync(file);
      expect((await folder.run('replay', earlier)).stderr).toContain('shop.yaml is not there any more');
    } finally {
      writeFileSync(file, text);
    }
  });

  test('--file names another one: said when it differs, mistakes in it have their place', async () => {
    const other = join(folder.path, 'other.yaml');
    writeFileSync(other, text.replace('every: 100ms', 'every: 50ms'));
    const { code, stderr } = await folder.run(
      'replay',
      earlier,
      '--file',
      'other.yaml',
      '--results',
      'again',
    );
    expect(code).toBe(0);
    expect(stderr).toContain('note: other.yaml is not the experiment that was run then\n');
    // What events say of the run goes before the file.
    expect(stderr).toContain('probes     shop every 100 ms');
    writeFileSync(other, text.replace('every: 100ms', 'every: often'));
    const refused = await folder.run('replay', earlier, '--file', 'other.yaml');
    expect(refused.code).toBe(2);
    expect(refused.stderr).toMatch(/other\.yaml:9:\d+ probes\[0\]\.every: expected seconds/);
  });

  test('a run that was made in code says how it is replayed there', async () => {
    const made = join(folder.path, 'made-in-code');
    mkdirSync(made);
    writeFileSync(join(made, 'events.jsonl'), readFileSync(join(earlier, 'events.jsonl')));
    const { code, stderr } = await folder.run('replay', 'made-in-code');
    expect(code).toBe(2);
    expect(stderr).toContain('there is none: the run was made in code\n  hint: replay it in code, ');
    expect(stderr).toContain('replayCoverage(earlier, later)');
  });

  test('no run, a run without a beginning, and a run of a newer format', async () => {
    const bad = join(folder.path, 'bad');
    mkdirSync(bad);
    const nothing = await folder.run('replay', 'bad');
    expect([nothing.code, nothing.stderr]).toEqual([
      2,
      expect.stringContaining("error: expected a run's folder with events.jsonl in it, got bad\n"),
    ]);
    writeFileSync(join(bad, 'events.jsonl'), '');
    const empty = await folder.run('replay', 'bad');
    expect([empty.code, empty.stderr]).toEqual([
      2,
      expect.stringContaining('expected it to begin with run-started'),
    ]);
    const [first = ''] = readFileSync(join(earlier, 'events.jsonl'), 'utf8').split('\n');
    const newer = { ...(JSON.parse(first) as RunStarted), formatVersion: 99 };
    writeFileSync(join(bad, 'events.jsonl'), `${JSON.stringify(newer)}\n`);
    const future = await folder.run('replay', 'bad');
    expect([future.code, future.stderr]).toEqual([
      2,
      expect.stringContaining('expected events of format version 1 or older, got 99'),
    ]);
  });
});

test('a changed file without secrets is replayed from its copy; what cannot be seeded is named, not counted', async () => {
  using folder = new CliFolder();
  const text = `name: Idle under load
targetSystem:
  name: idle
  start: ["${process.execPath}", "-e", "setInterval(() => undefined, 1000)"]
probes:
  - { name: alive, command: ["${process.execPath}", "-e", "0"], every: 300ms, timeout: 5s }
scenarios:
  - { use: cpu_spike, duration: 1s, parameters: { cpuPercentage: 30, cores: 1 } }
baseline: 500ms
holdTime: 200ms
maxRecoveryWait: 10s
`;
  writeFileSync(join(folder.path, 'idle.yaml'), text);
  expect((await folder.run('run', 'idle.yaml', '--results', 'kept')).stdout).toContain('Idle under load');
  writeFileSync(join(folder.path, 'idle.yaml'), `${text}# changed\n`);
  const latest = join('kept', 'idle-under-load', 'latest');
  const { stdout, stderr } = await folder.run('replay', latest, '--results', 'again');
  expect(stderr).toMatch(/^note: .*idle\.yaml was changed since: the copy in the run's folder is run$/m);
  expect(stdout).toContain('not counted: cpu_spike, whose choices cannot be seeded');
  expect(stdout).toContain('0 decisions were listed');
});

describe('run --repeat', () => {
  test('a line a run, a table, and runs that can be replayed each', async () => {
    using folder = new CliFolder();
    await using upstream = await startUpstream();
    writeFileSync(join(folder.path, 'shop.yaml'), experiment(await closedPort(), upstream.port));
    const { code, stdout, stderr } = await folder.run('run', 'shop.yaml', '--repeat', '2');
    expect(code).toBe(0);
    expect(stderr).toContain(
      '  seed       7, from which each run gets its own\n  repeats    2 runs, one after the other\n',
    );
    expect(stderr).toMatch(/^ {2}1\/2 {2}high_latency +held .*\n {2}2\/2 {2}high_latency +held /m);
    expect(stdout).toContain('held  Shop under latency, 2 of 2 runs\n');
    expect(stdout).toMatch(
      /p95ResponseMs +high_latency +shop +at most 2,000 ms +\d+ ms +no interval +inconclusive/,
    );
    const campaign = latestOf(folder);
    const results = JSON.parse(readFileSync(join(campaign, 'results.json'), 'utf8')) as RepeatResults;
    expect(results).toMatchObject({ kind: 'repeat', counted: 2, roundsByVerdict: { held: 2 } });

    const refused = await folder.run('replay', campaign);
    expect(refused.code).toBe(2);
    expect(refused.stderr).toContain('expected the folder of one run, got a campaign of 2');
    expect(refused.stderr).toContain('rounds/0001-run');
    const round = join(campaign, 'rounds', '0001-run');
    const { stdout: json } = await folder.run('replay', round, '--results', 'again', '--json');
    const replay = JSON.parse(json) as Replay;
    expect([replay.seed, replay.later.verdict]).toEqual([results.rounds[1]?.seed, 'held']);
  });

  test.each([
    ['0', 'expected a whole number from 1 on, got 0.'],
    ['x', 'expected a whole number, got "x".'],
  ])('--repeat %s is refused', async (times, message) => {
    using folder = new CliFolder();
    const { code, stdout, stderr } = await folder.run('run', 'shop.yaml', '--repeat', times);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toContain(message);
  });

  test('--dry-run says how often, and one run is a plain run', async () => {
    using folder = new CliFolder();
    writeFileSync(join(folder.path, 'shop.yaml'), experiment(3000, 4000));
    const dry = await folder.run('run', 'shop.yaml', '--repeat', '5', '--dry-run');
    expect(dry.stdout).toContain('  repeats    5 runs, one after the other\n');
    const one = await folder.run('run', 'shop.yaml', '--repeat', '1', '--dry-run');
    expect(one.stdout).toBe((await folder.run('run', 'shop.yaml', '--dry-run')).stdout);
  });
});

describe('replay of a run that made races', () => {
  test('each call that was held back is held back again, by as much', async () => {
    using folder = new CliFolder();
    const accounts = join(folder.path, 'accounts');
    mkdirSync(accounts);
    writeFileSync(join(accounts, 'ada.json'), '{"balance":0}');
    const port = await closedPort();
    writeFileSync(
      join(folder.path, 'ledger.yaml'),
      `name: Ledger races
targetSystem:
  name: ledger
  start: ["${process.execPath}", "${fileURLToPath(new URL('fixtures/races/ledger-service.mjs', import.meta.url))}"]
  env: { PORT: "${port}", FOLDER: "${accounts}" }
  ready: { tcp: "127.0.0.1:${port}", within: 10s }
probes:
  - { name: deposit, http: "http://127.0.0.1:${port}/ada/1", every: 50ms, timeout: 3s }
scenarios:
  - { use: race_condition, duration: 2s, parameters: { injectionRate: 0.6, gates: [start, answer] } }
successCriteria: { p95ResponseMs: 2000 }
baseline: 300ms
holdTime: 200ms
maxRecoveryWait: 10s
`,
    );
    const run = await folder.run('run', 'ledger.yaml', '--seed', '11');
    expect(run).toMatchObject({ code: 0 });
    const latest = join(folder.path, 'chaos_results', 'ledger-races', 'latest');
    const before = decisionsIn(latest);
    expect(new Set(Array.from(before.keys(), (place) => place.split(' ')[1]))).toEqual(
      new Set(['fs.readFile', 'fs.appendFile', 'fs.writeFile', 'fs.rename']),
    );
    const { code, stdout } = await folder.run('replay', latest, '--results', 'again', '--json');
    const { coverage, replayed } = JSON.parse(stdout) as Replay;
    expect(coverage.listed).toBe(before.size);
    // A busy machine may make fewer calls, so that fewer choices were to be made: not other ones.
    expect(coverage.reached).toBeGreaterThan(before.size / 2);
    expect(code).toBe(replayed === true ? 0 : 1);
    const after = decisionsIn(join(folder.path, 'again', 'ledger-races', 'latest'));
    const places = [...after.keys()].filter((place) => before.has(place));
    expect(places.length).toBe(coverage.reached);
    expect(places.map((place) => [place, after.get(place)])).toEqual(
      places.map((place) => [place, before.get(place)]),
    );
  });
});
