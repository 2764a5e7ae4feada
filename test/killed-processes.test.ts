import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { copyFileSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import type { Results } from '../src/model/results.js';
import { systemClock } from '../src/model/system-clock.js';
import { isAlive } from '../src/undo/process-identity.js';
import { CliFolder } from './cli-process.js';
import { closedPort, never } from './network-servers.js';
import { hasPostgres, hasRedis, ping, PostgresFolder, redisCommand, startRedis } from './real-programs.js';
import { startRunningServer } from './running-server.js';

const examples = fileURLToPath(new URL('../examples/orders', import.meta.url));

interface Story {
  readonly target: object;
  readonly probes: readonly object[];
  readonly parameters?: object;
  readonly maxRecoveryWait?: string;
}

async function run(folder: CliFolder, { target, probes, parameters = {}, maxRecoveryWait = '15s' }: Story) {
  const experiment = {
    name: 'Killed',
    targetSystem: target,
    probes: probes.map((probe) => ({ every: '100ms', timeout: '1s', ...probe })),
    scenarios: [{ use: 'process_kill', duration: '1500ms', parameters }],
    successCriteria: { passRate: 0 },
    baseline: '300ms',
    holdTime: '300ms',
    maxRecoveryWait,
  };
  writeFileSync(join(folder.path, 'killed.yaml'), JSON.stringify(experiment));
  const { code, stdout, stderr } = await folder.run('run', 'killed.yaml', '--yes', '--json');
  if (stdout === '') throw new Error(stderr);
  const results = JSON.parse(stdout) as Results;
  const scenario = results.scenarios[0];
  const details = Object.fromEntries(scenario?.evidence?.details?.[0]?.rows ?? []) as Record<string, string>;
  return { code, results, scenario, details };
}

/** Redis, which a shell starts again whenever it ends. */
async function startSupervisedRedis(folder: CliFolder) {
  const port = await closedPort();
  const command = redisCommand(port, folder.path)
    .map((word) => `'${word}'`)
    .join(' ');
  const supervisor = spawn('sh', ['-c', `while :; do ${command}; sleep 0.3; done`], {
    stdio: 'ignore',
    detached: true,
  });
  while ((await ping(port)) === null) await systemClock.sleep(50, never);
  return {
    port,
    pid: supervisor.pid ?? 0,
    async [Symbol.asyncDispose]() {
      process.kill(-(supervisor.pid ?? 0), 'SIGKILL');
      await once(supervisor, 'exit');
    },
  };
}

describe.skipIf(!hasRedis)('a Redis that is killed', () => {
  test('comes back by its supervisor: the report says what came, and the run holds', async () => {
    using folder = new CliFolder();
    await using redis = await startSupervisedRedis(folder);
    const { results, scenario, details } = await run(folder, {
      target: { name: 'redis', port: redis.port },
      probes: [{ name: 'redis', tcp: `127.0.0.1:${redis.port}` }],
    });
    expect({ verdict: results.verdict, reason: results.reason }).toMatchObject({ verdict: 'held' });
    expect(scenario).toMatchObject({
      backend: 'process',
      evidence: { active: 'yes', measured: { baseline: 1, during: 0, after: 1 } },
    });
    expect(details).toMatchObject({
      by: expect.stringMatching(/^SIGKILL, within \d+ ms$/) as unknown,
      'in its place': expect.stringMatching(/^process \d+ \(redis-server .*\) after /) as unknown,
      [`listened on port ${redis.port} again`]: expect.stringMatching(/^after /) as unknown,
    });
    expect(results.cleanExit).toMatchObject({ clean: true });
    expect(await ping(redis.port)).toBe('+PONG\r\n');
  });

  test('and that nobody starts again has not recovered', async () => {
    using folder = new CliFolder();
    await using redis = await startRedis(folder.path);
    const { code, results, details } = await run(folder, {
      target: { name: 'redis', pid: redis.identity.pid },
      probes: [{ name: 'redis', tcp: `127.0.0.1:${redis.port}` }],
      parameters: { signal: 'SIGTERM' },
      maxRecoveryWait: '1s',
    });
    expect({ code, verdict: results.verdict, reason: results.reason }).toEqual({
      code: 5,
      verdict: 'not-recovered',
      reason: expect.stringMatching(/the steady state did not come back within 1(\.\d)? s/) as unknown,
    });
    expect(details).toMatchObject({
      by: expect.stringMatching(/^SIGTERM, within /) as unknown,
      'in its place': 'nothing was seen yet',
    });
    expect(results.cleanExit).toMatchObject({ clean: true });
    expect(isAlive(redis.identity)).toBe(false);
  });
});

describe.skipIf(!hasPostgres)('a PostgreSQL that chaosx starts', () => {
  const story = async (parameters: object) => {
    using folder = new CliFolder();
    using postgres = new PostgresFolder();
    const port = await closedPort();
    const sql = `psql -h 127.0.0.1 -p ${port} -U postgres -Atc`;
    return await run(folder, {
      target: {
        name: 'postgres',
        start: postgres.command(port),
        cwd: '/',
        ready: { tcp: `127.0.0.1:${port}` },
      },
      probes: [{ name: 'query', command: `${sql} "select 1"`, every: '300ms' }],
      parameters,
    });
  };

  test('and kills is started again by it once the time is over', async () => {
    const { results, scenario } = await story({});
    expect({ verdict: results.verdict, reason: results.reason }).toMatchObject({ verdict: 'held' });
    expect(scenario?.evidence?.measured).toMatchObject({ during: 0, expected: '0: ended by SIGKILL' });
    expect(results.cleanExit).toMatchObject({ clean: true, leftovers: [] });
  });

  test('and kills has not recovered when nobody starts it again', async () => {
    const { code, results } = await story({ restart: false });
    expect({ code, reason: results.reason }).toEqual({
      code: 5,
      reason: expect.stringContaining(
        'the target failed during the fault: postgres was ended by SIGKILL',
      ) as unknown,
    });
  });

  test('loses one of its workers, by the choice of the seed, and starts all of them again itself', async () => {
    const { results, scenario, details } = await story({ who: 'worker' });
    expect({ verdict: results.verdict, reason: results.reason }).toMatchObject({ verdict: 'held' });
    expect(scenario?.evidence).toMatchObject({ active: 'yes', measured: { baseline: 1, during: 0 } });
    expect(details).toMatchObject({ ended: expect.stringMatching(/^process \d+ \(postgres: /) as unknown });
  });
});

describe('the examples', () => {
  test.each([
    ['killed.yaml', 0, 'held'],
    ['killed-for-good.yaml', 5, 'not-recovered'],
  ])('%s ends with %i: %s', async (name, code, verdict) => {
    using folder = new CliFolder();
    const port = await closedPort();
    for (const file of ['server.mjs', 'supervise.mjs'])
      copyFileSync(join(examples, file), join(folder.path, file));
    const text = readFileSync(join(examples, name), 'utf8').replaceAll('4300', String(port));
    writeFileSync(join(folder.path, name), text.replace('DATA: "/tmp"', `DATA: "${folder.path}"`));
    const { code: exit, stdout } = await folder.run('run', name, '--json');
    expect({ code: exit, verdict: (JSON.parse(stdout) as Results).verdict }).toEqual({
      code,
      verdict,
    });
  });
});

test('what chaosx did not start is ended only with a yes', async () => {
  using folder = new CliFolder();
  await using server = await startRunningServer();
  const story = {
    name: 'Not asked for',
    targetSystem: { name: 'server', pid: server.pid },
    probes: [{ name: 'server', http: server.url }],
    scenarios: ['process_kill'],
  };
  writeFileSync(join(folder.path, 'killed.yaml'), JSON.stringify(story));
  const { code, stderr } = await folder.run('run', 'killed.yaml');
  expect({ code, stderr }).toEqual({
    code: 2,
    stderr: expect.stringMatching(/is to be ended, and chaosx cannot start it again[\s\S]*--yes/) as unknown,
  });
  expect(isAlive(server.identity)).toBe(true);
});

describe('is refused before anything is touched', () => {
  test.each([
    ['a process that is not there', { pid: 4_194_303 }, 'there is none with that pid'],
    ['chaosx itself or what started it', { pid: process.pid }, 'started it and waits for it'],
    ['init', { pid: 1 }, /init|started it and waits for it/],
  ])('%s', async (_what, target, why) => {
    using folder = new CliFolder();
    const story = {
      name: 'Refused',
      targetSystem: { name: 'program', ...target },
      probes: [{ name: 'nothing', command: 'true' }],
      scenarios: ['process_kill'],
    };
    writeFileSync(join(folder.path, 'refused.yaml'), JSON.stringify(story));
    const { code, stderr } = await folder.run('run', 'refused.yaml');
    expect({ code, stderr }).toEqual({
      code: 2,
      stderr:
        typeof why === 'string'
          ? (expect.stringContaining(why) as unknown)
          : (expect.stringMatching(why) as unknown),
    });
  });
});
