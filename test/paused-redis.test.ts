import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { Results } from '../src/model/results.js';
import { systemClock } from '../src/model/system-clock.js';
import { isStopped } from '../src/undo/is-stopped.js';
import { CliFolder, outputOf } from './cli-process.js';
import { never } from './network-servers.js';
import { hasRedis, ping, startRedis } from './real-programs.js';

const experiment = (port: number, duration: string) => `name: Paused
targetSystem: { name: redis, port: ${port} }
probes: [{ name: redis, tcp: "127.0.0.1:${port}", every: 100ms, timeout: 300ms }]
scenarios: [{ use: process_pause, duration: ${duration} }]
successCriteria: { passRate: 0 }
baseline: 300ms
holdTime: 200ms
maxRecoveryWait: 10s
`;

describe.skipIf(!hasRedis)('a Redis that stands still', () => {
  test('answers nobody, and goes on afterwards with what it had', async () => {
    using folder = new CliFolder();
    await using redis = await startRedis(folder.path);
    writeFileSync(join(folder.path, 'paused.yaml'), experiment(redis.port, '1s'));
    const run = folder.start(['run', 'paused.yaml', '--json']);
    const output = outputOf(run);
    const pings: (string | null)[] = [];
    while (run.exitCode === null) pings.push(await ping(redis.port));
    const { stdout, stderr } = await output;
    const results = JSON.parse(stdout) as Results;
    expect({ stderr, verdict: results.verdict, reason: results.reason }).toMatchObject({ verdict: 'held' });
    expect(results.scenarios[0]).toMatchObject({
      backend: 'process',
      evidence: { active: 'yes', measured: { baseline: 0, during: 1, after: 0, expected: 'all 1' } },
    });
    expect(results.cleanExit).toMatchObject({ clean: true, leftovers: [] });
    expect(pings).toContain(null);
    expect(await ping(redis.port)).toBe('+PONG\r\n');
  });

  test('goes on within 2 s when chaosx is killed', async () => {
    using folder = new CliFolder();
    await using redis = await startRedis(folder.path);
    writeFileSync(join(folder.path, 'paused.yaml'), experiment(redis.port, '60s'));
    const run = folder.start(['run', 'paused.yaml']);
    const output = outputOf(run);
    while (!isStopped(redis.identity)) {
      if (run.exitCode !== null) throw new Error(`the run ended first: ${JSON.stringify(await output)}`);
      await systemClock.sleep(20, never);
    }
    run.kill('SIGKILL');
    await once(run, 'exit');
    await expect.poll(() => isStopped(redis.identity), { timeout: 2_000 }).toBe(false);
    expect(await ping(redis.port)).toBe('+PONG\r\n');
    expect((await folder.run('recover')).stdout).toBe('nothing was left behind\n');
  });

  test('that stands still already is refused, and not woken', async () => {
    using folder = new CliFolder();
    await using redis = await startRedis(folder.path);
    process.kill(redis.identity.pid, 'SIGSTOP');
    await expect.poll(() => isStopped(redis.identity)).toBe(true);
    writeFileSync(join(folder.path, 'paused.yaml'), experiment(redis.port, '1s'));
    const { code, stderr } = await folder.run('run', 'paused.yaml');
    expect({ code, stderr }).toMatchObject({
      code: 2,
      stderr: expect.stringContaining(`process ${redis.identity.pid} stands still already`) as unknown,
    });
    expect(isStopped(redis.identity)).toBe(true);
  });
});
