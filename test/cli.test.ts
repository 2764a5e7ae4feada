import { readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { Results } from '../src/model/results.js';
import { findMarkedProcesses } from '../src/undo/run-processes.js';
import { CliFolder, outputOf, stable } from './cli-process.js';
import { closedPort, startUpstream } from './network-servers.js';
import {
  type ShopExperiment,
  shopExperiment as experiment,
  writeExperiment as write,
} from './shop-experiment.js';

describe('help', () => {
  test.each([
    ['--help'],
    ['run', '--help'],
    ['test', '--help'],
    ['continuous', '--help'],
    ['gameday', '--help'],
    ['validate', '--help'],
    ['scenarios', '--help'],
    ['report', '--help'],
    ['replay', '--help'],
    ['runs', '--help'],
    ['runs', 'list', '--help'],
    ['runs', 'delete', '--help'],
    ['proxy', '--help'],
    ['recover', '--help'],
  ])('chaosx %s %s', async (...args) => {
    using folder = new CliFolder();
    const { stdout, stderr, code } = await folder.run(...args);
    expect({ stderr, code }).toEqual({ stderr: '', code: 0 });
    expect(stdout).toMatchSnapshot();
  });

  test('an unknown command says what is near, and exits 2', async () => {
    using folder = new CliFolder();
    expect(await folder.run('scenario')).toMatchInlineSnapshot(`
      {
        "code": 2,
        "stderr": "error: unknown command 'scenario'
      (Did you mean scenarios?)
      (chaosx --help lists the commands)
      ",
        "stdout": "",
      }
    `);
  });

  test('an option that is not a number', async () => {
    using folder = new CliFolder();
    expect(await folder.run('run', 'x.yaml', '--seed', 'many')).toMatchInlineSnapshot(`
      {
        "code": 2,
        "stderr": "error: option '--seed <number>' argument 'many' is invalid. expected a whole number, got "many".
      (chaosx --help lists the commands)
      ",
        "stdout": "",
      }
    `);
  });
});

describe('scenarios', () => {
  test.each([[[]], [['network_partition']], [['--category', 'time']], [['random_exceptions']]])(
    'chaosx scenarios %j',
    async (args) => {
      using folder = new CliFolder();
      const { stdout, stderr, code } = await folder.run('scenarios', ...args);
      expect({ stderr, code }).toEqual({ stderr: '', code: 0 });
      expect(stdout).toMatchSnapshot();
    },
  );

  test('an unknown one', async () => {
    using folder = new CliFolder();
    expect(await folder.run('scenarios', 'hi_latency')).toMatchInlineSnapshot(`
      {
        "code": 2,
        "stderr": "error: expected a scenario of the catalogue, got "hi_latency"
        hint: did you mean "high_latency"?
      ",
        "stdout": "",
      }
    `);
  });
});

describe('bad input starts nothing', () => {
  test('every mistake of a file at once, with its place', async () => {
    using folder = new CliFolder();
    const file = write(
      folder,
      `name: Broken
targetSystem:
  name: shop
  start: node server.mjs
  dependancies: { stock: { env: UPSTREAM } }
probes:
  - { name: shop, http: "http://127.0.0.1:1/", every: fast }
scenarios:
  - hi_latency
  - { use: packet_loss, parameters: { lossPercent: 300 } }
successCriteria: { maxErrorRate: 5 }
`,
    );
    const { code, stdout, stderr } = await folder.run('run', file);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toMatchInlineSnapshot(`
      "error: shop.yaml has 5 mistakes:
        shop.yaml:5:3 targetSystem.dependancies: unknown key "dependancies"
          did you mean "dependencies"?
        shop.yaml:7:55 probes[0].every: expected seconds as a number, or a text with a unit such as "250ms", "90s", "5m", "1h", got "fast"
        shop.yaml:9:5 scenarios[0]: expected a scenario of the catalogue (\`chaosx scenarios\` lists them), got "hi_latency"
          did you mean "high_latency"?
        shop.yaml:10:52 scenarios[1].parameters.lossPercent: expected percent from 0 to 100: a number, or [min, max], got 300
        shop.yaml:11:34 successCriteria.maxErrorRate: expected a share from 0 to 1 (5 % is 0.05), got 5
      "
    `);
    expect(readdirSync(folder.path)).not.toContain('chaos_results');
    expect((await folder.run('validate', file)).code).toBe(2);
  });

  test('a scenario that cannot be made on the target', async () => {
    using folder = new CliFolder();
    const text = experiment({ port: 1, upstream: 2 }).replace(
      'use: high_latency, duration: 2s, parameters: { latencyMs: 300 }',
      'use: disk_full',
    );
    expect(await folder.run('run', write(folder, text))).toMatchInlineSnapshot(`
      {
        "code": 2,
        "stderr": "error: shop cannot be given this scenario:
        disk_full: name in \`path\` a folder on the file system that is to be filled
        hint: remove or change what is named; \`chaosx scenarios ID\` says what each one needs
      ",
        "stdout": "",
      }
    `);
  });

  test('a file that is not there', async () => {
    using folder = new CliFolder();
    expect(await folder.run('run', 'nowhere.yaml')).toMatchInlineSnapshot(`
      {
        "code": 2,
        "stderr": "error: nowhere.yaml: expected an experiment file, but there is no such file
        hint: look in .
      ",
        "stdout": "",
      }
    `);
  });
});

describe('run', () => {
  test('--dry-run says what would be done', async () => {
    using folder = new CliFolder();
    expect(
      await folder.run('run', write(folder, experiment({ port: 3000, upstream: 4000 })), '--dry-run'),
    ).toMatchInlineSnapshot(`
      {
        "code": 0,
        "stderr": "",
        "stdout": "Shop under latency
        target     shop
        will       high_latency on stock for 2 s, by proxy
        reach      will delay connections to stock for 2 s
        probes     shop every 100 ms
        criteria   p95ResponseMs 200, maxErrorRate 0.05 (added)
        phases     baseline 500 ms, hold 300 ms, recovery at most 10 s
        seed       7
      ",
      }
    `);
  });

  test('a system that waits for a slow dependency deviates; the run is on disk and nothing is left', async () => {
    using folder = new CliFolder();
    await using upstream = await startUpstream();
    const file = write(folder, experiment({ port: await closedPort(), upstream: upstream.port }));
    const { code, stdout, stderr } = await folder.run('run', file);
    expect(code).toBe(1);
    expect(stable(stderr, folder)).toMatchInlineSnapshot(`
      "Shop under latency
        target     shop
        will       high_latency on stock for <n> s, by proxy
        reach      will delay connections to stock for <n> s
        probes     shop every <n> ms
        criteria   p95ResponseMs 200, maxErrorRate 0.05 (added)
        phases     baseline <n> ms, hold <n> ms, recovery at most <n> s
        seed       7
      <t>  shop is ready
      <t>  baseline: watching for <n> ms
      <t>  baseline: the steady state holds
      <t>  high_latency: injected for <n> s
      <t>  high_latency: confirmed active
      <t>  high_latency: reverted
      <t>  high_latency: recovered after <n> ms
      <t>  clean: nothing of ours is left
      "
    `);
    expect(stdout).toContain('deviated  Shop under latency');
    const latest = join(folder.path, 'chaos_results', 'shop-under-latency', 'latest');
    expect(readdirSync(latest).sort()).toEqual([
      'events.jsonl',
      'experiment.yaml',
      'junit.xml',
      'report.html',
      'results.json',
      'target.log',
    ]);
    const results = JSON.parse(readFileSync(join(latest, 'results.json'), 'utf8')) as Results;
    expect(results).toMatchObject({
      verdict: 'deviated',
      status: 'completed',
      seed: 7,
      cleanExit: { clean: true },
    });
    expect(results.scenarios[0]?.evidence?.active).toBe('yes');
    expect(results.metrics.responseTimes.during?.p50Ms).toBeGreaterThan(290);
    expect(readFileSync(join(latest, 'target.log'), 'utf8')).toMatch(/^listening on \d+\n$/);
    expect(await findMarkedProcesses(results.runId)).toEqual([]);
    expect(stdout).toMatch(/^ {2}report {2}.*\/report\.html$/m);
    // What was followed while it ran is what a later reader makes of the events.
    const again = async (format: string) => (await folder.run('report', latest, '--format', format)).stdout;
    const stored = (name: string) => readFileSync(join(latest, name), 'utf8');
    expect((await again('html')) === stored('report.html')).toBe(true);
    expect(await again('junit')).toBe(stored('junit.xml'));
    expect(JSON.parse(await again('json'))).toEqual(results);
  });

  test('--json prints results.json and nothing else on stdout', async () => {
    using folder = new CliFolder();
    await using upstream = await startUpstream();
    const file = write(
      folder,
      experiment({ port: await closedPort(), upstream: upstream.port }).replace(
        'p95ResponseMs: 200',
        'passRate: 0',
      ),
    );
    const { code, stdout } = await folder.run('run', file, '--json');
    const results = JSON.parse(stdout) as Results;
    expect([code, results.verdict, results.experimentSuccessful]).toEqual([0, 'held', true]);
  });

  test.each(['SIGINT', 'SIGTERM', 'SIGHUP'] as const)('%s reverts first', async (signal) => {
    using folder = new CliFolder();
    await using upstream = await startUpstream();
    const text = experiment({ port: await closedPort(), upstream: upstream.port }).replace(
      'duration: 2s',
      'duration: 50s',
    );
    const child = folder.start(['run', write(folder, text), '--json']);
    const done = outputOf(child);
    for await (const chunk of child.stderr ?? []) if (String(chunk).includes('confirmed active')) break;
    child.kill(signal);
    const { code, stdout } = await done;
    const results = JSON.parse(stdout) as Results;
    expect([code, results.verdict, results.stoppedBy]).toEqual([130, 'interrupted', `signal: ${signal}`]);
    expect(results.cleanExit).toMatchObject({ clean: true });
    expect(await findMarkedProcesses(results.runId)).toEqual([]);
  });
});

describe('not steady', () => {
  async function verdictOf(changes: Partial<ShopExperiment>) {
    using folder = new CliFolder();
    await using upstream = await startUpstream();
    const port = await closedPort();
    const { code, stdout } = await folder.run(
      'run',
      write(folder, experiment({ port, upstream: upstream.port, ...changes })),
      '--json',
    );
    const { verdict, reason, lastOutput, status } = JSON.parse(
      stdout.replaceAll(String(port), '<port>'),
    ) as Results;
    return { code, verdict, status, reason, lastOutput };
  }

  test('a command that exits at once, with its last words', async () => {
    expect(await verdictOf({ fail: 'exit' })).toMatchInlineSnapshot(`
      {
        "code": 3,
        "lastOutput": [
          "cannot read the configuration",
        ],
        "reason": "expected shop to become ready, it exited with code 3",
        "status": "baseline",
        "verdict": "not-steady",
      }
    `);
  });

  test('a command that is never ready', async () => {
    expect(await verdictOf({ fail: 'deaf' })).toMatchInlineSnapshot(`
      {
        "code": 3,
        "lastOutput": [],
        "reason": "expected shop to be ready within 3 s, it was not: connect ECONNREFUSED 127.0.0.1:<port>",
        "status": "baseline",
        "verdict": "not-steady",
      }
    `);
  });

  test('a probe that never passes', async () => {
    expect(await verdictOf({ fail: 'unwell' })).toMatchInlineSnapshot(`
      {
        "code": 3,
        "lastOutput": [
          "listening on <port>",
        ],
        "reason": "not well before any fault: shop: expected status 2xx, got 503",
        "status": "baseline",
        "verdict": "not-steady",
      }
    `);
  });

  test('a port that is in use', async () => {
    await using other = await startUpstream();
    const { code, verdict, reason } = await verdictOf({ port: other.port });
    expect([code, verdict]).toEqual([3, 'not-steady']);
    expect(reason).toMatch(/\d+.+(in use|answers)/);
  });
});

test('a target that does not use the proxy is not injected', async () => {
  using folder = new CliFolder();
  await using upstream = await startUpstream();
  const text = experiment({ port: await closedPort(), upstream: upstream.port })
    .replace('FAIL: ""', `FAIL: "", OTHER: "http://127.0.0.1:${upstream.port}/"`)
    .replace('env: UPSTREAM', 'env: OTHER');
  const { code, stdout } = await folder.run('run', write(folder, text), '--json');
  const { verdict, reason } = JSON.parse(stdout) as Results;
  expect({ code, verdict }).toEqual({ code: 4, verdict: 'not-injected' });
  expect(reason).toContain('through the proxy, it never did');
});

test('Ctrl-C at the end of the first of two experiments is not green: the second was not run', async () => {
  using folder = new CliFolder();
  await using upstream = await startUpstream();
  const port = await closedPort();
  const file = write(
    folder,
    experiment({ port, upstream: upstream.port }).replace('p95ResponseMs: 200', 'p95ResponseMs: 900'),
  );
  const child = folder.start(['run', file, file, '--json']);
  const output = outputOf(child);
  child.stderr?.on('data', (text: string) => {
    if (text.includes('recovered after')) child.kill('SIGINT');
  });
  const { code, stdout, stderr } = await output;
  expect((JSON.parse(stdout) as Results[]).map(({ verdict }) => verdict)).toHaveLength(1);
  expect(stderr).toContain('interrupted: 1 of 2 experiments were not run');
  expect(code).toBe(130);
});

test('results that cannot be kept do not hide the verdict', async () => {
  using folder = new CliFolder();
  await using upstream = await startUpstream();
  const file = write(folder, experiment({ port: await closedPort(), upstream: upstream.port }));
  const child = folder.start(['run', file]);
  const output = outputOf(child);
  child.stderr?.on('data', (text: string) => {
    if (!text.includes('confirmed active')) return;
    rmSync(join(folder.path, 'chaos_results'), { recursive: true });
  });
  const { code, stdout, stderr } = await output;
  expect(stdout).toMatch(/^\ndeviated {2}Shop under latency/);
  expect(stderr).toMatch(/error: could not write .*\.jsonl|error: could not write .*results\.json/);
  expect(code).toBe(1);
});
