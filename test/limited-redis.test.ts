import { once } from 'node:events';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { FaultInjector } from '../src/faults/fault-injector.js';
import type { Results } from '../src/model/results.js';
import { systemClock } from '../src/model/system-clock.js';
import { CHAOS_SCENARIOS } from '../src/scenarios/chaos-scenarios.js';
import { runningTarget } from '../src/targets/running-target.js';
import { isAlive } from '../src/undo/process-identity.js';
import { processTree } from '../src/undo/process-tree.js';
import { cgroupsOf } from '../src/undo/run-cgroups.js';
import { CliFolder, outputOf } from './cli-process.js';
import { hasCgroups } from './limited-program.js';
import { never } from './network-servers.js';
import { hasRedis, ping, type RealProgram, startRedis } from './real-programs.js';

let folder: CliFolder;
let redis: RealProgram;
beforeEach(async () => {
  folder = new CliFolder();
  redis = await startRedis(folder.path);
});
afterEach(async () => {
  // A child that saves would go on writing into the folder.
  await expect.poll(() => processTree(redis.identity).length, { timeout: 10_000 }).toBeLessThan(2);
  await redis[Symbol.asyncDispose]();
  folder[Symbol.dispose]();
});

const groups = () => readFileSync(`/proc/${redis.identity.pid}/cgroup`, 'utf8');

/** The first line of what Redis answers; null when it hangs up first. */
async function ask(...words: readonly string[]): Promise<string | null> {
  const socket = connect(redis.port, '127.0.0.1');
  socket.on('error', () => undefined);
  const command = words.map((word) => `$${Buffer.byteLength(word)}\r\n${word}\r\n`).join('');
  socket.setEncoding('utf8').write(`*${words.length}\r\n${command}`);
  try {
    const [text] = (await Promise.race([once(socket, 'data'), once(socket, 'close')])) as [unknown];
    return typeof text === 'string' ? (text.split('\r\n')[0] ?? '') : null;
  } finally {
    socket.destroy();
  }
}

type Limited = 'cpu_quota' | 'memory_limit' | 'pid_limit';
const inject = (name: Limited, parameters: object) =>
  new FaultInjector({ stateDirectory: join(folder.path, 'state') }).inject(
    CHAOS_SCENARIOS[name].with({ parameters }),
    runningTarget({ name: 'redis', pid: redis.identity.pid }),
  );

describe.skipIf(!hasRedis || !hasCgroups)('a Redis', () => {
  test('with a twentieth of a core gets no more, waits for the rest, and has all of it afterwards', async () => {
    const before = groups();
    await using injection = await inject('cpu_quota', { cores: 0.05 });
    const busy = ask('EVAL', 'local i = 0 while i < 3e6 do i = i + 1 end return i', '0');
    const { active, measured, exposure, details } = await injection.check(never);
    expect({ active, exposure }).toMatchObject({ active: 'yes', exposure: { kind: 'counted' } });
    const titles = existsSync('/proc/pressure/cpu')
      ? ['Time in which tasks of this machine waited for a CPU']
      : [];
    expect((details ?? []).map(({ title }) => title)).toEqual(titles);
    // On a busy machine it may get less.
    expect(measured.during).toBeGreaterThan(0);
    expect(measured.during).toBeLessThan(0.1);
    expect(exposure.kind === 'counted' && exposure.n).toBeGreaterThan(0);
    await injection.revert(never);
    expect(await busy).toBe(':3000000');
    expect(groups()).toBe(before);
    expect(await injection.checkAfter(never)).toMatchObject({ back: 'yes' });
  });

  test('that wants more memory than its limit is ended by the kernel, and that is said', async () => {
    await using injection = await inject('memory_limit', { spareMb: 8 });
    expect(await ask('SETRANGE', 'small', String(1 << 20), 'x')).toBe(`:${(1 << 20) + 1}`);
    const { exposure: before } = await injection.check(never);
    expect(before).toMatchObject({ kind: 'counted', n: 0 });
    expect(await ask('SETRANGE', 'big', String(64 << 20), 'x')).toBeNull();
    await expect.poll(() => isAlive(redis.identity)).toBe(false);
    const { active, exposure } = await injection.check(never);
    expect({ active, exposure }).toMatchObject({
      active: 'yes',
      exposure: { what: expect.stringContaining('the kernel ended 1 of its processes') as unknown },
    });
  });

  test('that may start no process cannot save in the background, and can afterwards', async () => {
    const before = groups();
    const injection = await inject('pid_limit', {});
    expect(await ask('BGSAVE')).toMatch(/^-ERR/);
    const { active, exposure } = await injection.check(never);
    expect({ active, exposure }).toEqual({
      active: 'yes',
      exposure: { kind: 'counted', n: 1, what: 'starts of a process or thread that failed' },
    });
    await injection.revert(never);
    expect(await ask('BGSAVE')).toBe('+Background saving started');
    expect(groups()).toBe(before);
  });

  test('is not touched by a limit under what it uses, which is said in numbers', async () => {
    const before = groups();
    await expect(inject('memory_limit', { limitMb: 2 })).rejects.toMatchObject({
      code: 'UNSUPPORTED_SCENARIO',
      message: expect.stringMatching(/it uses \d+\.\d MB already, which 2 MB would not hold/) as unknown,
    });
    await expect(inject('pid_limit', { limit: 1 })).rejects.toMatchObject({
      code: 'UNSUPPORTED_SCENARIO',
      message: expect.stringMatching(/it has \d+ processes and threads already, more than 1/) as unknown,
    });
    expect(groups()).toBe(before);
  });

  test('under a quota already is not given a wider one', async () => {
    await using outer = await inject('cpu_quota', { cores: 0.2 });
    await expect(inject('cpu_quota', { cores: 0.5 })).rejects.toMatchObject({
      message: expect.stringMatching(/chaosx_\S+ allows it 0\.2 cores already/) as unknown,
    });
    await outer.revert(never);
  });

  test.each([
    ['cpu_quota', { cores: 0.1 }],
    ['memory_limit', { spareMb: 64 }],
    ['pid_limit', {}],
  ])('goes back from %s within 2 s when chaosx is killed', async (use, parameters) => {
    const before = groups();
    writeExperiment({ use, parameters, duration: '60s' });
    const run = folder.start(['run', 'limited.yaml']);
    const output = outputOf(run);
    while (groups() === before) {
      if (run.exitCode !== null) throw new Error(`the run ended first: ${JSON.stringify(await output)}`);
      await systemClock.sleep(20, never);
    }
    const [, runId = ''] = /chaosx_(\w+?)_\d+$/m.exec(groups()) ?? [];
    run.kill('SIGKILL');
    await once(run, 'exit');
    await expect.poll(groups, { timeout: 2_000 }).toBe(before);
    expect((await folder.run('recover')).stdout).toBe('nothing was left behind\n');
    expect(await cgroupsOf(runId.replaceAll('_', '-'))).toEqual([]);
    expect(await ping(redis.port)).toBe('+PONG\r\n');
  });

  test('is limited in a run, which finds nothing left', async () => {
    writeExperiment({ use: 'pid_limit', parameters: {}, duration: '2s' });
    const run = folder.start(['run', 'limited.yaml', '--json']);
    const output = outputOf(run);
    // A child that saves when the fault begins would be one of those that are there, and leave its place to the next.
    const before = groups();
    while (run.exitCode === null) {
      if (groups() !== before) await ask('BGSAVE');
      await systemClock.sleep(100, never);
    }
    const { stdout, stderr } = await output;
    const results = JSON.parse(stdout) as Results;
    expect({ stderr, verdict: results.verdict, reason: results.reason }).toMatchObject({ verdict: 'held' });
    expect(results.scenarios[0]).toMatchObject({ backend: 'process', evidence: { active: 'yes' } });
    expect(results.cleanExit).toMatchObject({ clean: true, leftovers: [] });
  });
});

function writeExperiment(scenario: object): void {
  const { port } = redis;
  const experiment = {
    name: 'Limited',
    targetSystem: { name: 'redis', port },
    probes: [{ name: 'redis', tcp: `127.0.0.1:${port}`, every: '100ms' }],
    scenarios: [scenario],
    successCriteria: { passRate: 0 },
    baseline: '300ms',
    holdTime: '200ms',
  };
  writeFileSync(join(folder.path, 'limited.yaml'), JSON.stringify(experiment));
}
