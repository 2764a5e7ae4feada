import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { Results } from '../src/model/results.js';
import { systemClock } from '../src/model/system-clock.js';
import { tracerPidOf } from '../src/undo/tracer-pid.js';
import { CliFolder, outputOf } from './cli-process.js';
import { never } from './network-servers.js';
import { hasRedis, hasStrace, ping, startRedis } from './real-programs.js';

function write(folder: CliFolder, port: number, duration: string): void {
  const experiment = {
    name: 'Nobody is let in',
    targetSystem: { name: 'redis', port },
    probes: [{ name: 'asked', command: `redis-cli -p ${port} ping`, every: '300ms', timeout: '500ms' }],
    scenarios: [
      { use: 'syscall_error', duration, parameters: { syscalls: ['accept4', 'accept'], error: 'EMFILE' } },
    ],
    successCriteria: { passRate: 0 },
    baseline: '500ms',
    holdTime: '300ms',
    maxRecoveryWait: '10s',
  };
  writeFileSync(join(folder.path, 'traced.yaml'), JSON.stringify(experiment));
}

describe.skipIf(!hasRedis || !hasStrace)('a Redis that the kernel lets nobody into', () => {
  test('answers nobody, each failed call is counted, and all is well again', async () => {
    using folder = new CliFolder();
    await using redis = await startRedis(folder.path);
    write(folder, redis.port, '2s');
    const { stdout, stderr } = await folder.run('run', 'traced.yaml', '--yes', '--json');
    if (stdout === '') throw new Error(stderr);
    const results = JSON.parse(stdout) as Results;
    expect({ verdict: results.verdict, reason: results.reason }).toEqual({
      verdict: 'held',
      reason: expect.anything() as unknown,
    });
    const evidence = results.scenarios[0]?.evidence;
    expect(evidence).toMatchObject({
      active: 'yes',
      measured: { baseline: 0, during: 1, after: 0 },
      exposure: { kind: 'counted', what: 'calls that strace failed with EMFILE' },
    });
    expect(results.metrics.passRate).toBeLessThan(1);
    expect(results.cleanExit).toMatchObject({ clean: true, leftovers: [] });
    expect(tracerPidOf(redis.identity.pid)).toBe(0);
    expect(await ping(redis.port)).toBe('+PONG\r\n');
  });

  test('is let go within 2 s when chaosx is killed', async () => {
    using folder = new CliFolder();
    await using redis = await startRedis(folder.path);
    write(folder, redis.port, '60s');
    const run = folder.start(['run', 'traced.yaml', '--yes']);
    const output = outputOf(run);
    while (tracerPidOf(redis.identity.pid) === 0) {
      if (run.exitCode !== null) throw new Error(`the run ended first: ${JSON.stringify(await output)}`);
      await systemClock.sleep(20, never);
    }
    run.kill('SIGKILL');
    await once(run, 'exit');
    await expect.poll(() => tracerPidOf(redis.identity.pid), { timeout: 2_000 }).toBe(0);
    expect(await ping(redis.port)).toBe('+PONG\r\n');
    expect((await folder.run('recover')).stdout).toBe('nothing was left behind\n');
  });
});
