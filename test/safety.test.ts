import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { copyFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { ChaosExperiment, type ChaosExperimentInit } from '../src/api/chaos-experiment.js';
import { requireConsent } from '../src/faults/require-consent.js';
import { diskOfHost } from '../src/faults/resource/disk-of-host.js';
import { processPause } from '../src/faults/resource/process-pause.js';
import { FaultInjector } from '../src/faults/fault-injector.js';
import { requireSafe } from '../src/faults/safety/require-safe.js';
import { prepareRun } from '../src/orchestrator/prepare-run.js';
import { blastRadius } from '../src/orchestrator/blast-radius.js';
import { CHAOS_SCENARIOS } from '../src/scenarios/chaos-scenarios.js';
import { inProcessTarget } from '../src/targets/in-process-target.js';
import { runningTarget } from '../src/targets/running-target.js';
import { processTree } from '../src/undo/process-tree.js';
import { CliFolder } from './cli-process.js';
import { hasKernelRules } from './kernel-rules.js';
import { hasOwnDisks, openOwnDisk } from './own-disk.js';

const { slow_method, process_pause, disk_full, memory_leak, packet_loss, cpu_spike } = CHAOS_SCENARIOS;
const shop = inProcessTarget('shop', { db: { query: () => Promise.resolve(1) } });

const prepare = (changes: Partial<ChaosExperimentInit>) =>
  prepareRun(
    new ChaosExperiment({
      name: 'Safe',
      targetSystem: shop,
      scenarios: [slow_method],
      probes: [{ name: 'nothing', command: ['true'] }],
      ...changes,
    }),
  );

/** Rejects as unsafe, with words that say what and what to do. */
const refuses = (changes: Partial<ChaosExperimentInit>, ...words: readonly string[]) =>
  expect(prepare(changes)).rejects.toMatchObject({
    code: 'UNSAFE',
    message: expect.toSatisfy((text: string) => words.every((word) => text.includes(word))) as unknown,
  });

async function start(
  ...args: readonly [string, ...string[]]
): Promise<ChildProcess & { readonly pid: number }> {
  const [program, ...rest] = args;
  const child = spawn(program, rest, { stdio: ['ignore', 'pipe', 'ignore'] });
  onTestFinished(async () => {
    child.kill('SIGKILL');
    if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
  });
  await once(child, 'spawn');
  return child as ChildProcess & { readonly pid: number };
}

describe('refused before anything is touched', () => {
  test('a fault that lasts longer than the limit', async () => {
    const scenarios = [slow_method.with({ duration: '2h' })];
    await refuses({ scenarios }, 'slow_method: it would be active for 2 h, longer than maxDuration (1 h)');
    await expect(prepare({ scenarios, safety: { maxDuration: '3h' } })).resolves.toBeDefined();
    await refuses({ safety: { maxDuration: 5 } }, 'longer than maxDuration (5 s)');
    await expect(
      new FaultInjector().inject(slow_method, shop, { safety: { maxDuration: 5 } }),
    ).rejects.toMatchObject({ code: 'UNSAFE' });
  });

  test('processes that the machine lives by, and those that are protected, also below the target', async () => {
    await refuses({ targetSystem: { name: 'init', pid: 1 }, scenarios: [process_pause] });
    const parent = await start('sh', '-c', 'sleep 600 & echo $!; wait');
    const [line] = (await once(parent.stdout ?? parent, 'data')) as [Buffer];
    const child = Number(line.toString());
    onTestFinished(() => void process.kill(child, 'SIGKILL'));
    const targetSystem = { name: 'shell', pid: parent.pid };
    const safety = { protectedPids: [child] };
    await refuses(
      { targetSystem, scenarios: [process_pause], safety },
      `process ${child} (sleep) below process ${parent.pid} is protected (protectedPids)`,
    );
    const alone = process_pause.with({ parameters: { tree: false } });
    await expect(prepare({ targetSystem, scenarios: [alone], safety })).resolves.toBeDefined();
    using folder = new CliFolder();
    const sshd = join(folder.path, 'sshd');
    copyFileSync('/bin/sleep', sshd);
    const named = await start(sshd, '600');
    await refuses(
      { targetSystem: { name: 'ssh', pid: named.pid }, scenarios: [process_pause] },
      `process ${named.pid} (sshd) is protected: the machine lives by it`,
    );
  });

  test.skipIf(!hasKernelRules)('rules at a port by which people reach the machine', async () => {
    const targetSystem = { name: 'ssh', address: '192.0.2.1:22' };
    await refuses({ targetSystem, scenarios: [packet_loss] }, 'port 22 of 192.0.2.1:22 is protected');
    const other = { name: 'db', address: '192.0.2.1:5432' };
    const safety = { protectedPorts: [5432] };
    await refuses({ targetSystem: other, scenarios: [packet_loss], safety }, 'port 5432');
  });

  test.skipIf(!hasOwnDisks)('folders that are protected, and levels and limits below a floor', async () => {
    using disk = openOwnDisk('size=8m');
    const fill = disk_full.with({ parameters: { path: disk.path, fillPercent: 90 } });
    await expect(prepare({ scenarios: [fill] })).resolves.toBeDefined();
    const safety = { protectedPaths: [join(disk.path, '..')] };
    await refuses({ scenarios: [fill], safety }, `${disk.path} is protected`);
    await refuses({ scenarios: [fill], safety: { minFreeDiskMb: 4 } }, 'less than minFreeDiskMb (4)');
    for (const path of ['/etc', '/usr/share', '/', '/dev', process.cwd()]) {
      const there = disk_full.with({ parameters: { path, allowRootFs: true } });
      // Its file system may be refused for its own reasons, too.
      await expect(
        requireSafe([{ scenario: there, fault: diskOfHost, activeMs: 1 }], shop),
      ).rejects.toMatchObject({ message: expect.stringContaining('is protected') as unknown });
    }
    await refuses(
      { targetSystem: 'me', scenarios: [memory_leak], safety: { minFreeMemoryMb: 100_000_000 } },
      'lower limitMb',
    );
  });

  test('a process of another user, unless that is allowed', async () => {
    const child = await start('sleep', '600');
    const target = runningTarget({ name: 'sleeper', pid: child.pid });
    expect(() => requireConsent([processPause], target, [], false)).not.toThrow();
    if (process.geteuid?.() !== 0) return;
    const foreign = spawn('sleep', ['600'], { uid: 65_534, stdio: 'ignore' });
    onTestFinished(() => void foreign.kill('SIGKILL'));
    await once(foreign, 'spawn');
    const other = runningTarget({ name: 'sleeper', pid: foreign.pid ?? 0 });
    expect(() => requireConsent([processPause], other, [], false)).toThrow('belongs to another user (65534)');
    expect(() => requireConsent([processPause], other, [], true)).not.toThrow();
  });
});

test('the reach of a run is said in numbers before it starts', async () => {
  const parent = await start('sh', '-c', 'sleep 600 & sleep 600 & echo up; wait');
  await once(parent.stdout ?? parent, 'data');
  const shell = runningTarget({ name: 'shell', pid: parent.pid });
  const below = processTree(shell.process).filter(({ pid }) => pid !== parent.pid);
  onTestFinished(() => {
    for (const { pid } of below) process.kill(pid, 'SIGKILL');
  });
  const { plan } = await prepare({
    targetSystem: shell,
    scenarios: [
      process_pause.with({ duration: 5 }),
      process_pause.with({ duration: 5, parameters: { tree: false } }),
      cpu_spike.with({ parameters: { cores: 1, cpuPercentage: 80 } }),
    ],
  });
  expect(blastRadius(plan)).toEqual([
    'will stop 3 of 3 processes of shell for 5 s',
    'will stop 1 of 3 processes of shell for 5 s',
    expect.stringMatching(/^will keep 1 of \d+ CPUs of this machine 80 % busy for 30 s$/),
  ]);
});

test('a file has its limits, and is refused by the command', async () => {
  using folder = new CliFolder();
  writeFileSync(
    join(folder.path, 'long.yaml'),
    `name: Long
targetSystem: { name: sleeper, start: [sleep, "600"] }
probes: [{ name: nothing, command: ["true"] }]
scenarios: [{ use: process_pause, duration: 10m }]
safety: { maxDuration: 5m }
`,
  );
  expect(await folder.run('run', 'long.yaml')).toMatchObject({
    code: 2,
    stdout: '',
    stderr: expect.stringContaining('longer than maxDuration (5 min)') as unknown,
  });
});
