import { spawn, spawnSync } from 'node:child_process';
import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { CliFolder, type CommandOutput, outputOf } from './cli-process.js';
import { closedPort, startUpstream } from './network-servers.js';

const shop = fileURLToPath(new URL('fixtures/shop.mjs', import.meta.url));
const library = new URL('../dist/index.js', import.meta.url).href;
const chaosx = fileURLToPath(new URL('../dist/cli/main.js', import.meta.url));

/** Root ignores permissions, but no user can write to a mount that is read-only or full. Nothing outside sees it. */
const canMount = spawnSync('unshare', ['-m', 'mount', '-t', 'tmpfs', 'tmpfs', '/mnt']).status === 0;
if (!canMount) console.warn('full-results-folder: no private mounts here (root on Linux has them): skipped');

async function experiment(folder: CliFolder, upstream: number): Promise<void> {
  const port = await closedPort();
  const text = `name: Shop
targetSystem:
  name: shop
  start: ["${process.execPath}", "${shop}"]
  env: { PORT: "${port}", UPSTREAM: "http://127.0.0.1:${upstream}/stock" }
  ready: { tcp: "127.0.0.1:${port}", within: 10s }
  dependencies: { stock: { env: UPSTREAM } }
probes:
  - { name: shop, http: "http://127.0.0.1:${port}/", every: 500ms, timeout: 5s }
scenarios:
  - { use: high_latency, duration: 2s, parameters: { latencyMs: 100 } }
successCriteria: { maxErrorRate: 1 }
baseline: 1s
holdTime: 500ms
seed: 7
`;
  writeFileSync(join(folder.path, 'shop.yaml'), text);
}

/** A command with `chaos_results` on a small disk of its own, of which so many bytes are taken. */
function onSmallDisk(
  folder: CliFolder,
  args: readonly string[],
  options: string,
  taken: number,
  program = chaosx,
) {
  const results = join(folder.path, 'chaos_results');
  mkdirSync(results, { recursive: true });
  const script = `mount -t tmpfs -o "$1" tmpfs "$2" || exit 99
[ "$3" = 0 ] || head -c "$3" /dev/zero > "$2/taken" || exit 98
shift 3; "$@"; code=$?
find chaos_results -mindepth 1 -not -name taken -printf 'kept %P\\n'
exit $code`;
  const command = [
    '-m',
    'sh',
    '-c',
    script,
    'sh',
    options,
    results,
    String(taken),
    process.execPath,
    program,
  ];
  return outputOf(
    spawn('unshare', [...command, ...args], {
      cwd: folder.path,
      env: {
        ...process.env,
        CHAOSX_STATE_DIR: join(folder.path, 'state'),
        TMPDIR: folder.temporary,
        NO_COLOR: '1',
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    }),
  );
}

const kept = ({ stdout }: CommandOutput) => stdout.split('\n').filter((line) => line.startsWith('kept '));
const state = (folder: CliFolder) => readdirSync(join(folder.path, 'state', 'undo'));

const commands = [
  ['run', ['run', 'shop.yaml']],
  ['test', ['test', 'shop.yaml', '--iterations', '2', '--duration', '1s', '--rate', '2']],
] as const;

describe.each(commands)('chaosx %s', (_name, args) => {
  test('a results folder below a file is refused, and nothing is started', async () => {
    using folder = new CliFolder();
    await using upstream = await startUpstream();
    await experiment(folder, upstream.port);
    const { code, stdout, stderr } = await folder.run(...args, '--results', 'shop.yaml/results');
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toContain('could not create');
    expect(stderr).toContain('hint: a part of the path is a file: choose another folder with --results');
    expect(stderr).not.toContain('is ready');
  });

  test.skipIf(!canMount)('a read-only one is refused, by its real reason', async () => {
    using folder = new CliFolder();
    await using upstream = await startUpstream();
    await experiment(folder, upstream.port);
    const { code, stdout, stderr } = await onSmallDisk(folder, args, 'size=64k,ro', 0);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toContain('EROFS: read-only file system');
    expect(stderr).toContain('hint: keep runs in a folder that can be written, with --results');
    expect(stderr).not.toContain('is ready');
  });
});

test.skipIf(!canMount)('a full one is refused before anything starts, and gets no folder', async () => {
  using folder = new CliFolder();
  await using upstream = await startUpstream();
  await experiment(folder, upstream.port);
  const output = await onSmallDisk(folder, ['run', 'shop.yaml'], 'size=64k', 65_536);
  expect(output.code).toBe(2);
  expect(output.stderr).toContain('ENOSPC: no space left on device');
  expect(output.stderr).toContain('hint: free some space, or keep runs elsewhere with --results');
  expect(output.stderr).not.toContain('is ready');
  expect(kept(output)).toEqual(['kept shop']);
});

describe.skipIf(!canMount)('a disk that is full in the middle', () => {
  test('of a run: it goes on, reverts, judges, and says what could not be kept', async () => {
    using folder = new CliFolder();
    await using upstream = await startUpstream();
    await experiment(folder, upstream.port);
    const output = await onSmallDisk(folder, ['run', 'shop.yaml'], 'size=64k', 53_248);
    const { code, stdout, stderr } = output;
    expect(stderr).toContain('high_latency: reverted');
    expect(stderr).toContain('clean: nothing of ours is left');
    expect(stdout).toContain('held  Shop');
    expect(stderr).toMatch(/error: could not write .*results\.json: ENOSPC/);
    // It held, and is not green.
    expect(code).toBe(2);
    expect(stdout).not.toContain('results.json');
    expect(kept(output).some((line) => line.endsWith('events.jsonl'))).toBe(true);
    expect(state(folder)).toEqual([]);
  });

  test('of a test: the rounds that cannot be kept are run and judged all the same', async () => {
    using folder = new CliFolder();
    await using upstream = await startUpstream();
    await experiment(folder, upstream.port);
    const output = await onSmallDisk(
      folder,
      ['test', 'shop.yaml', '--iterations', '3', '--duration', '1s', '--rate', '2'],
      'size=64k',
      49_152,
    );
    const { code, stdout, stderr } = output;
    expect(stderr).toContain('3/3  high_latency');
    expect(stdout).toMatch(/high_latency +3 /);
    expect(stderr).toContain('ENOSPC');
    expect(stdout).not.toContain('results.json');
    expect(code).toBe(7);
    expect(state(folder)).toEqual([]);
  });

  test.each([
    ['a run', 'runExperiment(experiment)', 'held'],
    ['a repeat', 'repeatExperiment(experiment, { times: 1 })', 'held'],
    [
      'a gameday',
      "runGameday({ ...experiment, decide: () => 'go', systemHealthCheck: async () => true })",
      'held',
    ],
  ])('of %s in the API: the error has the results', async (_what, call, verdict) => {
    using folder = new CliFolder();
    const program = join(folder.path, 'run.mjs');
    writeFileSync(
      program,
      `import { CHAOS_SCENARIOS, ChaosExperiment, ChaosOrchestrator, inProcessTarget } from '${library}';
const shop = { stock: { get: async () => 3 } };
const experiment = new ChaosExperiment({
  name: 'Shop',
  targetSystem: inProcessTarget('shop', shop),
  probes: [{ name: 'shop', check: async () => (await shop.stock.get()) === 3, every: '50ms' }],
  scenarios: [CHAOS_SCENARIOS.slow_method.with({ duration: '2s', parameters: { delayMs: 1 } })],
  successCriteria: { maxErrorRate: 1 },
  baseline: '500ms',
  holdTime: '200ms',
});
try {
  await new ChaosOrchestrator().${call};
  console.log('resolved');
} catch (error) {
  const { name, code, message, results } = error;
  console.log(JSON.stringify({ name, code, message, verdict: results?.verdict }));
}
`,
    );
    const { stdout, stderr } = await onSmallDisk(folder, [], 'size=64k', 53_248, program);
    expect(stderr).toBe('');
    expect(JSON.parse(stdout.split('\n')[0] ?? '')).toEqual({
      name: 'ChaosError',
      code: 'STORAGE_FAILED',
      message: expect.stringMatching(/^the run ended, and could not be kept: .*ENOSPC/) as string,
      verdict,
    });
    expect(state(folder)).toEqual([]);
  });
});
