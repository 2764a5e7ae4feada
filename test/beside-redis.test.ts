import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { FaultInjector } from '../src/faults/fault-injector.js';
import { systemClock } from '../src/model/system-clock.js';
import { CHAOS_SCENARIOS } from '../src/scenarios/chaos-scenarios.js';
import { runningTarget } from '../src/targets/running-target.js';
import { environmentOf, listProcesses } from '../src/undo/process-table.js';
import { helperMark, runMark } from '../src/undo/run-mark.js';
import { CliFolder, outputOf } from './cli-process.js';
import { hasCgroups } from './limited-program.js';
import { never } from './network-servers.js';
import { hasRedis, ping, type RealProgram, startRedis } from './real-programs.js';

const hasStressNg = spawnSync('stress-ng', ['--version']).status === 0;
if (!hasStressNg && process.env['CI'] === 'true') throw new Error('this test needs stress-ng');

let folder: CliFolder;
let redis: RealProgram;
beforeEach(async () => {
  folder = new CliFolder();
  redis = await startRedis(folder.path);
});
afterEach(async () => {
  await redis[Symbol.asyncDispose]();
  folder[Symbol.dispose]();
});

/** Helpers of a run, by what the kernel calls them. */
const helpersOf = (runId: string) =>
  listProcesses()
    .filter(({ pid }) => {
      const environment = environmentOf(pid);
      return (
        environment.includes(`${runMark}=${runId}`) &&
        environment.some((entry) => entry.startsWith(`${helperMark}=`))
      );
    })
    .map(({ name }) => name);

const inject = (scenario: Parameters<FaultInjector['inject']>[0]) =>
  new FaultInjector({ stateDirectory: join(folder.path, 'state') }).inject(
    scenario,
    runningTarget({ name: 'redis', pid: redis.identity.pid }),
  );
const { cpu_spike, memory_leak, memory_limit } = CHAOS_SCENARIOS;

describe.skipIf(!hasRedis || !hasCgroups)('beside a Redis', () => {
  test.skipIf(!hasStressNg)('stress-ng keeps CPUs busy, and is gone with what it started', async () => {
    const injection = await inject(
      cpu_spike.with({ parameters: { worker: 'stress-ng', cores: 2, cpuPercentage: 80 } }),
    );
    const { runId } = injection.receipt;
    await expect.poll(() => helpersOf(runId).filter((name) => name === 'stress-ng')).toHaveLength(3);
    const { active, measured } = await injection.check(never);
    expect(measured.during).toBeGreaterThan(0.1);
    expect(active).toBe('yes');
    await injection.revert(never);
    expect(helpersOf(runId)).toEqual([]);
  });

  test('stress-ng has no ramp, which is said before anything starts', async () => {
    const scenario = cpu_spike.with({ parameters: { worker: 'stress-ng', ramp: '5s' } });
    await expect(inject(scenario)).rejects.toMatchObject({
      code: 'UNSUPPORTED_SCENARIO',
      message: expect.stringContaining('stress-ng has no ramp: leave ramp out') as unknown,
    });
  });

  test('a neighbour that grows past their common limit is ended before it', async () => {
    await using limit = await inject(memory_limit.with({ parameters: { spareMb: 48 } }));
    const parameters = { place: 'beside', rateMbPerSecond: 200, limitMb: 400 } as const;
    await using leak = await inject(memory_leak.with({ parameters }));
    await expect.poll(() => helpersOf(leak.receipt.runId)).toEqual([]);
    expect(await leak.check(never)).toMatchObject({
      active: 'no',
      measured: {
        expected: expect.stringContaining('stopped at the end that the kernel made of it') as unknown,
      },
    });
    expect((await limit.check(never)).exposure).toMatchObject({
      what: expect.stringContaining('the kernel ended 1 of its processes') as unknown,
    });
    expect(await ping(redis.port)).toBe('+PONG\r\n');
  });

  const uses: readonly (readonly [use: string, parameters: object])[] = [
    ['cpu_spike', { place: 'cgroup', cores: 1 }],
    ['memory_leak', { place: 'beside', limitMb: 64 }],
    ['cpu_spike', { place: 'cgroup', worker: 'stress-ng', cores: 1 }],
  ];
  test.each(uses.filter(([, parameters]) => hasStressNg || !('worker' in parameters)))(
    'what %s %j has started is gone within 2 s when chaosx is killed',
    async (use, parameters) => {
      const experiment = {
        name: 'Beside',
        targetSystem: { name: 'redis', port: redis.port },
        probes: [{ name: 'redis', tcp: `127.0.0.1:${redis.port}`, every: '100ms' }],
        scenarios: [{ use, parameters, duration: '60s' }],
        successCriteria: { passRate: 0 },
        baseline: '300ms',
      };
      writeFileSync(join(folder.path, 'beside.yaml'), JSON.stringify(experiment));
      const run = folder.start(['run', 'beside.yaml']);
      const output = outputOf(run);
      const helper = () =>
        listProcesses()
          .filter(({ parentPid }) => parentPid === run.pid)
          .map(({ pid }) => environmentOf(pid))
          .find((environment) => environment.some((entry) => entry.startsWith(`${helperMark}=`)));
      while (helper() === undefined) {
        if (run.exitCode !== null) throw new Error(`the run ended first: ${JSON.stringify(await output)}`);
        await systemClock.sleep(20, never);
      }
      const mark = helper()?.find((entry) => entry.startsWith(`${runMark}=`)) ?? '';
      const runId = mark.slice(runMark.length + 1);
      expect(helpersOf(runId)).not.toEqual([]);
      run.kill('SIGKILL');
      await once(run, 'exit');
      await expect.poll(() => helpersOf(runId), { timeout: 2_000 }).toEqual([]);
      expect((await folder.run('recover')).stdout).toBe('nothing was left behind\n');
      expect(readFileSync(`/proc/${redis.identity.pid}/cgroup`, 'utf8')).not.toContain('chaosx');
    },
  );
});
