import { spawnSync } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { runSuite, type SuiteOptions } from '../src/api/run-suite.js';
import type { SuiteResults } from '../src/model/campaign-results.js';
import { systemClock } from '../src/model/system-clock.js';
import { CHAOS_SCENARIOS } from '../src/scenarios/chaos-scenarios.js';
import { readSuiteFile } from '../src/spec/read-suite-file.js';
import { readSuiteRound } from '../src/suite/read-suite-round.js';
import { replaySuite } from '../src/suite/replay-suite.js';
import { listProcesses, environmentOf } from '../src/undo/process-table.js';

let folder = '';
let results = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'chaosx-suites-'));
  results = join(folder, 'results');
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** A program that is the whole test command. */
async function program(name: string, text: string): Promise<readonly string[]> {
  const path = join(folder, `${name}.mjs`);
  await writeFile(path, text);
  return [process.execPath, path];
}

const run = (options: SuiteOptions) =>
  runSuite({ cwd: folder, undisturbed: 1, repeats: 1, resultsDirectory: results, seed: 7, ...options });

/** One run without chaos is enough for what ends the suite there. */
const once1 = CHAOS_SCENARIOS.random_exceptions;

/** No process of a run is left: each carries its run's mark. */
function leftOf({ rounds }: SuiteResults): readonly number[] {
  const marks = rounds.map(({ runId }) => `CHAOSX_RUN=${runId}`);
  return listProcesses().flatMap(({ pid }) => {
    const env = environmentOf(pid);
    return marks.some((mark) => env.includes(mark)) ? [pid] : [];
  });
}

describe('a suite with a strong, a weak and a flaky test', () => {
  const unreachable = CHAOS_SCENARIOS.random_exceptions.with({
    name: 'stock_unreachable',
    parameters: { methods: ['fetch'], exceptionTypes: ['ECONNREFUSED'], injectionRate: 1 },
  });
  let told: SuiteResults & { readonly folder: string | null };
  beforeAll(async () => {
    const { command = [], cwd, scenarios = [] } = await readSuiteFile('examples/suite/suite.yaml');
    const asked = scenarios.filter(({ name }) => name !== 'time_skew');
    expect(asked[0]).toMatchObject({ name: unreachable.name, parameters: unreachable.parameters });
    const env = { FLAKY_FILE: join(folder, 'left-behind') };
    told = await run({ command, cwd, env, scenarios: asked, repeats: 2, undisturbed: 2 });
  }, 120_000);

  const testNamed = (part: string) => told.tests.find(({ id }) => id.includes(part));

  test('says so of each', () => {
    expect(told).toMatchObject({ verdict: 'deviated', outcome: 'ran', report: 'tap' });
    expect(testNamed('strong')).toMatchObject({
      standing: 'fails-under-chaos',
      undisturbed: { runs: 4, failed: 0 },
      under: [{ scenario: 'stock_unreachable', runs: 2, failed: 2, message: 'fetch failed' }],
    });
    expect(testNamed('weak')?.standing).toBe('passes-always');
    expect(testNamed('without I/O')?.standing).toBe('passes-always');
    expect(testNamed('flaky')?.standing).toBe('flaky');
  });

  test('a scenario that was met and not noticed is told, one that was not met is not injected', () => {
    const of = (name: string) => told.byScenario.find(({ scenario }) => scenario === name);
    // The strong and the weak test call fetch once each, in each of two runs.
    expect(of('stock_slow')).toMatchObject({ unnoticed: true, counted: 2, exposure: 'counted', met: 4 });
    expect(of('dns_failure')).toMatchObject({
      unnoticed: false,
      counted: 0,
      notInjected: 2,
      verdict: 'not-injected',
    });
  });

  test('every run is kept, and one is replayed', async () => {
    const rounds = join(told.folder ?? '', 'rounds');
    expect(await readdir(rounds)).toHaveLength(told.roundsRun);
    const failed = told.rounds.find(({ scenarios: [first] }) => first?.name === 'stock_unreachable');
    const earlier = await readSuiteRound(join(told.folder ?? '', failed?.folder ?? ''));
    expect(await readFile(join(earlier.folder, 'stdout.log'), 'utf8')).toContain('TAP version 13');
    const { tests, results: again } = await replaySuite(earlier, {
      test: testNamed('strong')?.id,
      env: { FLAKY_FILE: join(folder, 'left-behind') },
      resultsDirectory: results,
      clock: systemClock,
      signal: AbortSignal.timeout(60_000),
    });
    expect(again.seed).toBe(failed?.seed);
    expect(tests).toMatchObject([{ now: 'failed', message: 'fetch failed' }]);
  }, 60_000);

  test('nothing is left behind', () => {
    expect(leftOf(told)).toEqual([]);
  });
});

test('Vitest with JUnit: the fault is in its workers, and not in its main process', async () => {
  const root = join(folder, 'vitest');
  await rm(root, { recursive: true, force: true });
  const { mkdir } = await import('node:fs/promises');
  await mkdir(root);
  await writeFile(
    join(root, 'a.test.ts'),
    `import { expect, test } from 'vitest';
     import { createServer } from 'node:http';
     const server = createServer((_, response) => response.end('x')).listen(0, '127.0.0.1');
     await new Promise((resolve) => server.once('listening', resolve));
     const url = 'http://127.0.0.1:' + server.address().port;
     test('notices', async () => { expect((await fetch(url)).status).toBe(200); });
     test('does not', async () => { await fetch(url).catch(() => null); });
     test('takes a moment', () => new Promise((resolve) => setTimeout(resolve, 200)));`,
  );
  const vitest = join(process.cwd(), 'node_modules/vitest/vitest.mjs');
  const command = [
    process.execPath,
    vitest,
    'run',
    '--root',
    root,
    '--reporter=junit',
    '--outputFile={report}',
  ];
  const told = await run({
    command,
    report: 'junit',
    // Variables of the Vitest that runs this would be taken for its own.
    env: { VITEST: '', VITEST_WORKER_ID: '', VITEST_POOL_ID: '', NODE_ENV: 'test' },
    scenarios: [
      CHAOS_SCENARIOS.random_exceptions.with({ parameters: { methods: ['fetch'], injectionRate: 1 } }),
    ],
  });
  expect(told).toMatchObject({ outcome: 'ran', report: 'junit' });
  expect(told.byScenario[0]).toMatchObject({ met: 2, noticedBy: ['a.test.ts > notices'] });
  expect(told.tests.map(({ standing }) => standing)).toEqual([
    'fails-under-chaos',
    'passes-always',
    'passes-always',
  ]);
}, 90_000);

test('a dependency is broken by the proxy, whatever language the tests are in', async () => {
  const server = createServer((socket) => socket.on('error', () => undefined).end('hello'));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as { readonly port: number };
  try {
    const told = await run({
      command: [
        '/bin/bash',
        '-c',
        'h=${DB#tcp://}; timeout 3 bash -c "exec 3<>/dev/tcp/${h%:*}/${h#*:} && cat <&3" | grep -q hello',
      ],
      env: { DB: `tcp://127.0.0.1:${port}` },
      dependencies: { db: { env: 'DB' } },
      scenarios: [CHAOS_SCENARIOS.network_partition.with({ parameters: { mode: 'refuse' } })],
    });
    expect(told).toMatchObject({ outcome: 'ran', report: 'exit-code', verdict: 'deviated' });
    expect(told.byScenario[0]).toMatchObject({ counted: 1, noticedBy: ['the command'] });
  } finally {
    server.close();
  }
}, 60_000);

/** CI must have it; elsewhere the test is skipped. */
const hasPytest =
  process.env['CI'] !== undefined || spawnSync('python3', ['-m', 'pytest', '--version']).status === 0;

test.skipIf(!hasPytest)(
  'pytest with JUnit: a strong, a weak and a plain test',
  async () => {
    const server = createServer((socket) => socket.on('error', () => undefined).end('7'));
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as { readonly port: number };
    await writeFile(
      join(folder, 'test_shop.py'),
      `import os, socket

def stock():
    host, port = os.environ['STOCK'].removeprefix('tcp://').split(':')
    with socket.create_connection((host, int(port)), timeout=5) as connection:
        return connection.recv(10)

def test_strong():
    assert stock() == b'7'

def test_weak():
    try:
        stock()
    except OSError:
        pass

def test_plain():
    assert 1 + 1 == 2
`,
    );
    try {
      const told = await run({
        command: [
          'python3',
          '-m',
          'pytest',
          '-q',
          '-p',
          'no:cacheprovider',
          'test_shop.py',
          '--junitxml={report}',
        ],
        report: 'junit',
        env: { STOCK: `tcp://127.0.0.1:${port}` },
        dependencies: { stock: { env: 'STOCK' } },
        scenarios: [CHAOS_SCENARIOS.network_partition.with({ parameters: { mode: 'refuse' } })],
      });
      expect(told).toMatchObject({ outcome: 'ran', report: 'junit', verdict: 'deviated' });
      expect(told.byScenario[0]).toMatchObject({ counted: 1, noticedBy: ['test_shop > test_strong'] });
      expect(told.tests.map(({ id, standing }) => `${id}: ${standing}`).toSorted()).toEqual([
        'test_shop > test_plain: passes-always',
        'test_shop > test_strong: fails-under-chaos',
        'test_shop > test_weak: passes-always',
      ]);
    } finally {
      server.close();
    }
  },
  60_000,
);

describe('without chaos, a command that', () => {
  test.each<[string, string, Partial<SuiteOptions>, SuiteResults['outcome']]>([
    ['writes no report', 'process.exit(0)', { report: 'junit:none.xml' }, 'no-report'],
    ['leaves the report of an earlier run', '', { report: 'junit:old.xml' }, 'no-report'],
    [
      'writes half a report',
      "require('fs').writeFileSync('half.xml', '<testsuites><testsuite')",
      { report: 'junit:half.xml' },
      'unreadable-report',
    ],
    ['has no test', "console.log('TAP version 13\\n1..0')", {}, 'no-tests'],
    ['skips all tests', "console.log('TAP version 13\\nok 1 - a # SKIP\\n1..1')", {}, 'no-tests'],
    ['stops half-way', "console.log('TAP version 13\\n1..5\\nok 1 - a')", {}, 'incomplete-report'],
    [
      'fails although no test did',
      "console.log('TAP version 13\\nok 1 - a\\n1..1'); process.exit(3)",
      {},
      'runner-failed',
    ],
    ['is red', "console.log('TAP version 13\\nnot ok 1 - a\\n1..1'); process.exit(1)", {}, 'red'],
    ['fails without a word', 'process.exit(1)', {}, 'red'],
    [
      'hangs, with a child',
      "require('child_process').spawn(process.execPath, ['-e', 'setInterval(() => {}, 99)'], { detached: true }); setInterval(() => {}, 99)",
      { timeLimit: '1500ms' },
      'hung',
    ],
    [
      'forks away',
      "require('child_process').spawn(process.execPath, ['-e', 'setInterval(() => {}, 99)'], { detached: true, stdio: 'ignore' }).unref()",
      {},
      'forked-away',
    ],
  ])(
    '%s',
    async (name, text, options, outcome) => {
      await writeFile(
        join(folder, 'old.xml'),
        '<testsuites><testsuite><testcase name="a"/></testsuite></testsuites>',
      );
      const told = await run({
        command: [process.execPath, '-e', text],
        name,
        scenarios: [once1],
        ...options,
      });
      expect(told).toMatchObject({ outcome, verdict: 'not-steady', roundsRun: 1 });
      expect(told.stoppedBy?.by).toBe('stop-rule');
      expect(leftOf(told)).toEqual([]);
    },
    30_000,
  );

  test('cannot be started', async () => {
    const told = await run({ command: ['no-such-program'], scenarios: [once1] });
    expect(told).toMatchObject({ outcome: 'not-started', verdict: 'not-steady' });
    expect(told.reason).toContain('not found');
  }, 30_000);
});

test('a fault that nothing met is never "no test noticed"', async () => {
  const told = await run({
    command: await program('idle', "console.log('TAP version 13\\nok 1 - a\\n1..1')"),
    scenarios: [CHAOS_SCENARIOS.random_exceptions.with({ parameters: { methods: ['fetch'] } })],
  });
  expect(told.verdict).toBe('not-injected');
  expect(told.byScenario[0]).toMatchObject({ counted: 0, notInjected: 1, unnoticed: false });
}, 30_000);

test('a runner whose own calls are hit breaks, and its tests are not blamed', async () => {
  const told = await run({
    command: await program(
      'runner',
      `import { writeFileSync } from 'node:fs';
       const { default: fs } = await import('node:fs');
       fs.writeFileSync(process.env.OUT, '<testsuites><testsuite><testcase name="a"/></testsuite></testsuites>');`,
    ),
    env: { OUT: '{report}' },
    report: 'junit:{report}',
    scenarios: [
      CHAOS_SCENARIOS.random_exceptions.with({
        parameters: { methods: ['fs.writeFile'], exceptionTypes: ['ENOSPC'], injectionRate: 1 },
      }),
    ],
  });
  expect(told).toMatchObject({ outcome: 'ran', verdict: 'inconclusive' });
  expect(told.byScenario[0]).toMatchObject({ counted: 0, harness: { 'no-report': 1 }, unnoticed: false });
}, 30_000);

test('an abort ends the command, and says interrupted', async () => {
  const stop = new AbortController();
  const told = await run({
    command: await program('long', 'setInterval(() => {}, 99)'),
    scenarios: [once1],
    signal: stop.signal,
    onRunEvent: (event) => {
      if (event.type === 'phase-entered' && event.phase === 'baseline') setTimeout(() => stop.abort(), 300);
    },
  });
  expect(told.verdict).toBe('interrupted');
  expect(leftOf(told)).toEqual([]);
}, 30_000);

test.each([
  ['process_pause', { scenarios: ['process_pause'] }, 'a test command cannot be given process_pause'],
  ['an unknown scenario', { scenarios: ['high_latncy'] }, 'high_latncy'],
  ['a report that is none', { report: 'html' }, 'expected a report junit:PATH, tap, none or auto'],
  ['junit without a file', { report: 'junit' }, 'expected the file of the JUnit report'],
  ['no command', { command: [] }, 'expected a test command'],
  ['a pass rate beyond all', { passRate: 2 }, 'expected passRate from 0 to 1'],
])('%s is refused before anything starts', async (_name, options, message) => {
  await expect(run({ command: 'true', ...options })).rejects.toThrow(message);
});
