import { once } from 'node:events';
import { chmodSync, existsSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import type { Results } from '../src/model/results.js';
import { systemClock } from '../src/model/system-clock.js';
import { CliFolder, outputOf } from './cli-process.js';
import { closedPort, never } from './network-servers.js';
import {
  hasFaketime,
  hasPostgres,
  hasRedis,
  PostgresFolder,
  query,
  redisCommand,
  startPostgres,
} from './real-programs.js';

const dayMs = 86_400_000;
const tellsTime = fileURLToPath(new URL('fixtures/tells-time.mjs', import.meta.url));

/** A folder in which the database, which is another user, may read what it is told. */
class OpenFolder extends CliFolder {
  constructor() {
    super();
    chmodSync(this.path, 0o711);
    chmodSync(this.temporary, 0o711);
  }
}

function write(folder: CliFolder, target: object, probe: object, scenarios: readonly object[]): void {
  const experiment = {
    name: 'A preloaded clock',
    targetSystem: target,
    probes: [{ name: 'asked', every: '200ms', timeout: '1s', ...probe }],
    scenarios,
    successCriteria: { passRate: 0 },
    baseline: '400ms',
    holdTime: '400ms',
    maxRecoveryWait: '10s',
  };
  writeFileSync(join(folder.path, 'clock.yaml'), JSON.stringify(experiment));
}

/** What of a preloaded clock is there. */
function left(folder: CliFolder): readonly string[] {
  return [
    ...readdirSync(folder.temporary),
    ...readdirSync('/dev/shm').filter((name) => name.includes('chaosx-')),
  ];
}

function postgresIn(files: PostgresFolder, port: number) {
  return {
    name: 'postgres',
    start: files.command(port),
    cwd: '/',
    ready: { tcp: `127.0.0.1:${port}` },
  };
}

const asking = (port: number) => ({
  command: `psql -h 127.0.0.1 -p ${port} -U postgres -Atc "select 1"`,
});

async function millisecondsAhead(port: number): Promise<number> {
  const seconds = await query(port, 'select extract(epoch from clock_timestamp())');
  return seconds === null ? 0 : Number(seconds) * 1_000 - systemClock.wallMs();
}

describe.skipIf(!hasFaketime || !hasPostgres)('a PostgreSQL that chaosx starts', () => {
  test('lives a day ahead, stands still, runs at twice the speed, and is right again each time', async () => {
    using folder = new OpenFolder();
    using files = new PostgresFolder();
    const port = await closedPort();
    write(folder, postgresIn(files, port), asking(port), [
      { use: 'time_skew', duration: '2s', parameters: { offset: '1d' } },
      { use: 'time_skew', name: 'still', duration: '3s', parameters: { mode: 'freeze' } },
      { use: 'clock_drift', duration: '3s', parameters: { rate: 2, clocks: ['wall'] } },
    ]);
    const run = folder.start(['run', 'clock.yaml', '--json']);
    const output = outputOf(run);
    const seen: number[] = [];
    while (run.exitCode === null) {
      seen.push(await millisecondsAhead(port));
      await systemClock.sleep(100, never);
    }
    const { stdout, stderr } = await output;
    if (stdout === '') throw new Error(stderr);
    const results = JSON.parse(stdout) as Results;
    expect({ verdict: results.verdict, reason: results.reason }).toEqual({
      verdict: 'held',
      reason: expect.anything() as unknown,
    });
    expect(
      results.scenarios.map(({ backend, evidence }) => [backend, evidence?.active, evidence?.exposure.kind]),
    ).toEqual(results.scenarios.map(() => ['process', 'yes', 'unknown']));
    const [skewed, still, fast] = results.scenarios.map(({ evidence }) => evidence?.measured);
    expect(skewed).toMatchObject({ unit: 's', after: expect.closeTo(0, 0) as unknown });
    expect(skewed?.during).toBeCloseTo(86_400, 0);
    expect(still?.during).toBeCloseTo(0, 0);
    expect(fast?.during).toBeGreaterThan(1.5);
    expect(seen.some((ms) => Math.abs(ms - dayMs) < 2_000)).toBe(true);
    // What stands still falls behind, what runs too fast gets ahead.
    expect(Math.min(...seen)).toBeLessThan(-1_500);
    expect(seen.some((ms) => ms > 1_000 && ms < 10_000)).toBe(true);
    expect(results.cleanExit).toMatchObject({ clean: true, leftovers: [] });
    expect(left(folder)).toEqual([]);
  });

  test('leaves nothing of its clock when chaosx is killed', async () => {
    using folder = new OpenFolder();
    using files = new PostgresFolder();
    const port = await closedPort();
    write(folder, postgresIn(files, port), asking(port), [
      { use: 'time_skew', duration: '60s', parameters: { offset: '1d' } },
    ]);
    const run = folder.start(['run', 'clock.yaml']);
    const output = outputOf(run);
    while ((await millisecondsAhead(port)) < dayMs / 2) {
      if (run.exitCode !== null) throw new Error(`the run ended first: ${JSON.stringify(await output)}`);
      await systemClock.sleep(50, never);
    }
    run.kill('SIGKILL');
    await once(run, 'exit');
    await expect.poll(() => left(folder), { timeout: 2_000 }).toEqual([]);
    expect(await query(port, 'select 1')).toBeNull();
    expect((await folder.run('recover')).stdout).toBe('nothing was left behind\n');
  });

  test('is refused where it runs already, for nothing can be preloaded any more', async () => {
    using folder = new CliFolder();
    using files = new PostgresFolder();
    await using postgres = await startPostgres(files);
    write(folder, { name: 'postgres', port: postgres.port }, asking(postgres.port), [{ use: 'time_skew' }]);
    const { code, stderr } = await folder.run('run', 'clock.yaml');
    expect({ code, stderr }).toEqual({
      code: 2,
      stderr: expect.stringMatching(/let chaosx start it \(`start`\)/) as unknown,
    });
  });
});

describe.skipIf(!hasFaketime)('refused before anything is started', () => {
  const refusal = async (target: object, parameters: object = {}) => {
    using folder = new CliFolder();
    write(folder, { name: 'program', ...target }, { command: 'true' }, [
      { use: 'clock_drift', parameters: { clocks: ['wall'], ...parameters } },
    ]);
    const { code, stderr } = await folder.run('run', 'clock.yaml');
    expect(code).toBe(2);
    return stderr;
  };

  test.skipIf(!hasRedis)(
    'a Redis of Debian, because of its jemalloc, with what can be done instead',
    async () => {
      const port = await closedPort();
      const command = redisCommand(port, '/tmp');
      expect(await refusal({ start: command })).toMatch(
        /redis\S* uses jemalloc.*change the clock of what asks it/,
      );
      expect(await refusal({ start: ['setpriv', '--clear-groups', ...command] })).toMatch(/uses jemalloc/);
    },
  );

  test('the monotonic clock and timers of a program', async () => {
    expect(await refusal({ start: 'sleep 60' }, { clocks: ['wall', 'monotonic'] })).toMatch(
      /set clocks: \[wall\]/,
    );
  });

  test('a program that changes its user', async () => {
    const setuid = ['/usr/bin/passwd', '/usr/bin/su'].find((path) => existsSync(path)) ?? '';
    expect(await refusal({ start: `${setuid} root` }, { by: 'libfaketime' })).toMatch(
      /changes its user \(setuid\)/,
    );
  });
});

test.skipIf(!hasFaketime)('a Node by choice: its wall clock is wrong, its monotonic one is not', async () => {
  using folder = new OpenFolder();
  const port = await closedPort();
  const target = { name: 'node', start: [process.execPath, tellsTime], env: { PORT: String(port) } };
  write(folder, target, { command: 'true' }, [
    { use: 'time_skew', duration: '2s', parameters: { offset: '-1d', by: 'libfaketime' } },
  ]);
  const run = folder.start(['run', 'clock.yaml', '--json']);
  const output = outputOf(run);
  const told: { aheadMs: number; speed: number }[] = [];
  while (run.exitCode === null) {
    const answer = await fetch(`http://127.0.0.1:${port}/time`).catch(() => null);
    if (answer !== null) {
      const { wallMs, nowTookMs, tookMs } = (await answer.json()) as Record<string, number>;
      told.push({ aheadMs: (wallMs ?? 0) - systemClock.wallMs(), speed: (nowTookMs ?? 0) / (tookMs ?? 0) });
    }
    await systemClock.sleep(100, never);
  }
  const wrong = told.filter(({ aheadMs }) => Math.abs(aheadMs + dayMs) < 5_000);
  expect({ isWrong: wrong.length > 0, told }).toMatchObject({ isWrong: true });
  for (const { speed } of wrong) expect(speed).toBeCloseTo(1, 0);
  const { stdout, stderr } = await output;
  if (stdout === '') throw new Error(stderr);
  const { scenarios, verdict, reason } = JSON.parse(stdout) as Results;
  expect({ verdict, reason }).toEqual({ verdict: 'held', reason: expect.anything() as unknown });
  expect(scenarios[0]).toMatchObject({ backend: 'process', evidence: { active: 'yes' } });
  expect(scenarios[0]?.evidence?.measured.during).toBeCloseTo(-86_400, 0);
});
