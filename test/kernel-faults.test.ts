import { execFileSync, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { decisions } from '../src/model/decide.js';
import type { Aftermath, Evidence } from '../src/model/evidence.js';
import type { Results } from '../src/model/results.js';
import { systemClock } from '../src/model/system-clock.js';
import { FaultInjector } from '../src/faults/fault-injector.js';
import { canShape } from '../src/faults/network/kernel/can-shape.js';
import { CHAOS_SCENARIOS } from '../src/scenarios/chaos-scenarios.js';
import { addressTarget } from '../src/targets/address-target.js';
import { findLeftovers } from '../src/targets/find-leftovers.js';
import { ownNetns } from '../src/undo/network-namespace.js';
import { environmentOf, listProcesses } from '../src/undo/process-table.js';
import { undoNftTable } from '../src/undo/undo-nft-table.js';
import { isInsideExactInterval } from './binomial.js';
import { CliFolder } from './cli-process.js';
import { hasKernelRules } from './kernel-rules.js';
import { closedPort, never, startUpstream } from './network-servers.js';
import { type RunningProgram, tablesOn, type TestMachine, TestNetwork } from './test-network.js';

const inject = fileURLToPath(new URL('fixtures/inject-at-address.mjs', import.meta.url));
const cli = fileURLToPath(new URL('../dist/cli/main.js', import.meta.url));
const etcdClient = fileURLToPath(new URL('fixtures/etcd-client.mjs', import.meta.url));
const count = fileURLToPath(new URL('fixtures/count-datagrams.mjs', import.meta.url));

/** CI must have it; elsewhere the test that needs it is skipped. */
const hasEtcd = process.env['CI'] !== undefined || spawnSync('etcd', ['--version']).status === 0;

let temporary = '';
beforeEach(() => {
  temporary = mkdtempSync(join(tmpdir(), 'chaosx-kernel-test-'));
});
afterEach(() => rmSync(temporary, { recursive: true, force: true }));

/** A machine of a network that has as many as are asked for. */
function machine(network: TestNetwork, n: number): TestMachine {
  const found = network.machines[n];
  if (found === undefined) throw new Error(`no machine ${n}`);
  return found;
}

async function injected(
  network: TestNetwork,
  on: TestMachine,
  scenario: string,
  parameters: object,
  addresses: readonly string[],
): Promise<RunningProgram> {
  const state = join(temporary, 'state');
  const program = network.start(on, [
    process.execPath,
    inject,
    scenario,
    JSON.stringify(parameters),
    state,
    ...addresses,
  ]);
  expect(await program.line()).toBe('"injected"');
  return program;
}

const evidenceOf = async (program: RunningProgram) => (await program.ask('check')) as Evidence;
const aftermathOf = async (program: RunningProgram) => (await program.ask('after')) as Aftermath;

interface EtcdNode {
  readonly machine: TestMachine;
  readonly client: RunningProgram;
}

/** A cluster of real etcd nodes, one on each machine, that has a leader. */
async function startCluster(network: TestNetwork): Promise<readonly EtcdNode[]> {
  const { machines } = network;
  const cluster = machines.map(({ ip }, n) => `n${n}=http://${ip}:2380`).join(',');
  const nodes = await Promise.all(
    machines.map(async (one, n) => {
      const [peer, url] = [`http://${one.ip}:2380`, `http://${one.ip}:2379`];
      const flags = {
        name: `n${n}`,
        'data-dir': join(temporary, `n${n}`),
        'initial-cluster': cluster,
        'listen-peer-urls': peer,
        'initial-advertise-peer-urls': peer,
        'listen-client-urls': url,
        'advertise-client-urls': url,
        'heartbeat-interval': '200',
        'election-timeout': '2000',
        logger: 'zap',
        'log-outputs': join(temporary, `n${n}.log`),
      };
      network.start(one, ['etcd', ...Object.entries(flags).flatMap(([key, value]) => [`--${key}`, value])]);
      const client = network.start(one, [process.execPath, etcdClient, url]);
      expect(await client.line()).toBe('"ready"');
      return { machine: one, client };
    }),
  );
  await until(async () => (await leaderOf(nodes)) !== null);
  return nodes;
}

interface Status {
  readonly ok: boolean;
  readonly member: string | null;
  readonly leader: string | null;
}

/** The one that all of them say leads; null while they do not agree. */
async function leaderOf(nodes: readonly EtcdNode[]): Promise<EtcdNode | null> {
  const statuses = await Promise.all(nodes.map(async ({ client }) => (await client.ask('status')) as Status));
  const [first] = statuses;
  if (first === undefined || statuses.some(({ ok, leader }) => !ok || leader !== first.leader)) return null;
  return nodes[statuses.findIndex(({ member }) => member === first.leader)] ?? null;
}

const put = async ({ client }: EtcdNode, value: string) =>
  ((await client.ask(`put key ${value}`)) as { readonly ok: boolean }).ok;

const valuesOf = (nodes: readonly EtcdNode[]) =>
  Promise.all(nodes.map(async ({ client }) => ((await client.ask('get key')) as { value: unknown }).value));

/** Waits for a condition; a hang ends with the test's own time limit. */
async function until(condition: () => Promise<boolean>): Promise<void> {
  while (!(await condition())) await systemClock.sleep(50, never);
}

describe.skipIf(!hasKernelRules)('rules of the kernel', () => {
  const port = 5_000;
  const packets = 12_000;
  const oneInAMillion = 1e-6;

  test.each([
    ['where they arrive', 1],
    ['where they leave', 0],
  ] as const)('lose packets %s, at the rate that was asked for', async (_where, breaker) => {
    await using network = new TestNetwork(2);
    const [sender, receiver] = [machine(network, 0), machine(network, 1)];
    const place = [receiver.ip, String(port)] as const;
    const receiving = network.start(receiver, [process.execPath, count, 'receive', ...place]);
    const sending = network.start(sender, [process.execPath, count, 'send', ...place, String(packets)]);
    expect([await receiving.line(), await sending.line()]).toEqual(['"ready"', '"ready"']);
    const lostNow = async () => {
      await sending.ask('go');
      const { received, overflown } = (await receiving.ask('count')) as Record<
        'received' | 'overflown',
        number
      >;
      return packets - received - overflown;
    };

    expect(await lostNow()).toBe(0);
    for (const lossPercent of [20, 1.5]) {
      const fault = await injected(network, machine(network, breaker), 'packet_loss', { lossPercent }, [
        place.join(':'),
      ]);
      const lost = await lostNow();
      expect(isInsideExactInterval(lost, packets, lossPercent / 100, oneInAMillion), `${lost} lost`).toBe(
        true,
      );
      const { active, exposure } = await evidenceOf(fault);
      // Thirty connects tell 20 %; at 1.5 % all of them may come through.
      if (lossPercent === 20) expect(active).toBe('yes');
      // The kernel's own count is that of the two programs, to the packet.
      expect(exposure).toMatchObject({
        kind: 'counted',
        n: lost,
        what: expect.stringContaining(`of ${packets} that passed`),
      });
      expect(await fault.ask('revert')).toBe('reverted');
      expect(network.machines.map(tablesOn)).toEqual([[], []]);
    }
    expect(await lostNow()).toBe(0);
  });

  test('ration new connections at an address, open ones go on', async () => {
    await using network = new TestNetwork(2);
    const [here, there] = [machine(network, 0), machine(network, 1)];
    const listen = `require('node:net').createServer((s) => s.on('error', () => {}).pipe(s)).listen(80, '${there.ip}', () => console.log('"up"'))`;
    const connects = `
      const net = require('node:net');
      const dial = () => new Promise((resolve) => {
        const socket = net.connect(80, '${there.ip}', () => resolve(socket));
        socket.on('error', (error) => resolve(error.code));
      });
      const kept = dial();
      require('node:readline').createInterface({ input: process.stdin }).on('line', async () => {
        const startedAt = performance.now();
        const answers = [];
        while (performance.now() - startedAt < 3000) {
          const answer = await dial();
          answers.push(typeof answer === 'string' ? answer : 'connected');
          if (typeof answer !== 'string') answer.destroy();
          await new Promise((resolve) => setTimeout(resolve, 10));
        }
        const socket = await kept;
        socket.write('still here');
        socket.once('data', (text) => console.log(JSON.stringify({
          connected: answers.filter((one) => one === 'connected').length,
          refused: answers.filter((one) => one === 'ECONNREFUSED').length,
          all: answers.length, kept: String(text), tookMs: performance.now() - startedAt })));
      });
      kept.then(() => console.log('"up"'));`;
    const server = network.start(there, [process.execPath, '-e', listen]);
    expect(await server.line()).toBe('"up"');
    const client = network.start(here, [process.execPath, '-e', connects]);
    expect(await client.line()).toBe('"up"');
    const rate = { perSecond: 4, burst: 3 };
    const fault = await injected(network, here, 'connection_rate', rate, [`${there.ip}:80`]);
    const { connected, refused, all, kept, tookMs } = (await client.ask('go')) as Record<string, number>;
    expect([kept, (connected ?? 0) + (refused ?? 0)]).toEqual(['still here', all]);
    expect(connected).toBeLessThanOrEqual(rate.burst + (rate.perSecond * (tookMs ?? 0)) / 1_000 + 1);
    expect(connected).toBeGreaterThan(rate.burst + 2);
    const { active, measured, exposure } = await evidenceOf(fault);
    expect([active, measured.baseline]).toEqual(['yes', 0]);
    // To the connection; the checker's own are not among them.
    expect(exposure).toEqual({ kind: 'counted', n: refused, what: 'new connections refused' });
    expect(await fault.ask('revert')).toBe('reverted');
    expect(await aftermathOf(fault)).toEqual({ back: 'yes', after: 0 });
  });

  test('that are gone are no longer seen; while they are there, they are', async () => {
    await using network = new TestNetwork(2);
    const [here, there] = [machine(network, 0), machine(network, 1)];
    const fault = await injected(network, here, 'network_partition', {}, [`${there.ip}:80`]);
    expect(await aftermathOf(fault)).toEqual({ back: 'no', after: null });
    expect(await fault.ask('revert')).toBe('reverted');
    expect((await aftermathOf(fault)).back).toBe('yes');
    // A place that is down looks the same as one that is cut off, and is not our doing.
    execFileSync('ip', ['-n', there.netns, 'link', 'set', 'eth0', 'down']);
    expect((await aftermathOf(fault)).back).toBe('unknown');
  });

  test.skipIf(!hasEtcd)(
    'split a cluster of three etcd nodes, and heal it',
    { timeout: 120_000 },
    async () => {
      await using network = new TestNetwork(3);
      const nodes = await startCluster(network);
      const leader = await leaderOf(nodes);
      if (leader === null) throw new Error('no leader');
      const others = nodes.filter((node) => node !== leader);
      expect(await put(leader, 'before')).toBe(true);
      await until(async () => (await valuesOf(nodes)).every((value) => value === 'before'));

      // On the leader's own machine, all packets between peers, whichever side dialled.
      const peers = nodes.map(({ machine: { ip } }) => `${ip}:2380`);
      const fault = await injected(network, leader.machine, 'network_partition', {}, peers);
      await until(async () => (await leaderOf(others)) !== null && (await leaderOf(others)) !== leader);
      const [one, two] = others as [EtcdNode, EtcdNode];
      expect(await put(one, 'majority')).toBe(true);
      expect(await put(leader, 'minority')).toBe(false);
      await until(async () => (await valuesOf(others)).every((value) => value === 'majority'));
      expect(await valuesOf([leader])).toEqual(['before']);
      const { active, exposure } = await evidenceOf(fault);
      expect([active, exposure]).toMatchObject(['yes', { kind: 'counted' }]);
      expect(exposure.kind === 'counted' && exposure.n).toBeGreaterThan(10);

      expect(await fault.ask('revert')).toBe('reverted');
      await until(async () => (await valuesOf(nodes)).every((value) => value === 'majority'));
      await until(async () => (await leaderOf(nodes)) !== null);
      expect(await put(leader, 'healed')).toBe(true);
      await until(async () => (await valuesOf([two])).every((value) => value === 'healed'));
      expect(network.machines.map(tablesOn)).toEqual([[], [], []]);
    },
  );

  test('cut IPv6 as well, and only the port that was named', async () => {
    await using network = new TestNetwork(1);
    const on = machine(network, 0);
    // Nobody listens: what is not cut is refused at once, which is an answer.
    const cut = await injected(network, on, 'network_partition', {}, ['[::1]:80']);
    expect(await evidenceOf(cut)).toMatchObject({ active: 'yes', exposure: { kind: 'counted', n: 0 } });
    const other = await injected(network, on, 'network_partition', {}, ['[::1]:81']);
    expect(await evidenceOf(other)).toMatchObject({ measured: { baseline: expect.any(Number) } });
    expect(await Promise.all([cut.ask('revert'), other.ask('revert')])).toEqual(['reverted', 'reverted']);
    expect(tablesOn(on)).toEqual([]);
  });

  test('of a single fault want consent as well', async () => {
    await using server = await startUpstream();
    const target = addressTarget({ name: 'stock', address: `127.0.0.1:${server.port}` });
    await expect(
      new FaultInjector({ stateDirectory: temporary }).inject(CHAOS_SCENARIOS.network_partition, target),
    ).rejects.toMatchObject({ code: 'UNSAFE', message: expect.stringContaining(`pid ${process.pid} (`) });
  });

  test('that something else removes are seen to be gone', async () => {
    await using network = new TestNetwork(2);
    const on = machine(network, 0);
    const fault = await injected(network, on, 'network_partition', {}, [`${machine(network, 1).ip}:80`]);
    expect(await evidenceOf(fault)).toMatchObject({ active: 'yes' });
    execFileSync('nsenter', [`--net=/run/netns/${on.netns}`, '--', 'nft', 'flush', 'ruleset']);
    const { active, exposure } = await evidenceOf(fault);
    expect([active, exposure.kind]).toEqual(['no', 'unknown']);
    expect(await fault.ask('revert')).toBe('reverted');
  });

  const experiment = (address: string) => `name: Killed
targetSystem: { name: store, address: "${address}" }
probes: [{ name: here, command: ["true"], every: 100ms }]
scenarios: [{ use: network_partition, duration: 30s }]
baseline: 200ms
`;

  async function runToInjection(network: TestNetwork, on: TestMachine, folder: CliFolder) {
    writeFileSync(join(folder.path, 'killed.yaml'), experiment(`${machine(network, 1).ip}:80`));
    const run = network.start(on, [process.execPath, cli, 'run', 'killed.yaml', '--yes', '--json'], {
      cwd: folder.path,
      env: { ...process.env, CHAOSX_STATE_DIR: join(folder.path, 'state') },
    });
    await until(async () => tablesOn(on).length > 0);
    expect(tablesOn(on)).toEqual([expect.stringMatching(/^table inet chaosx_\d{8}_\d{6}_[0-9a-f]{6}_s0$/)]);
    return run.child;
  }

  test('of a run that is killed are gone within 2 s', async () => {
    using folder = new CliFolder();
    await using network = new TestNetwork(2);
    const on = machine(network, 0);
    const run = await runToInjection(network, on, folder);
    run.kill('SIGKILL');
    await once(run, 'exit');
    const killedAtMs = systemClock.nowMs();
    await until(async () => tablesOn(on).length === 0);
    expect(systemClock.nowMs() - killedAtMs).toBeLessThan(2_000);
  });

  test('of a run that is killed with its watchdog are removed by chaosx recover, from another namespace', async () => {
    using folder = new CliFolder();
    await using network = new TestNetwork(2);
    const on = machine(network, 0);
    const run = await runToInjection(network, on, folder);
    const watchdog = listProcesses().find(
      ({ pid, parentPid }) =>
        parentPid === run.pid && environmentOf(pid).some((entry) => entry.startsWith('CHAOSX_WATCHDOG=')),
    );
    process.kill(watchdog?.pid ?? 0, 'SIGKILL');
    run.kill('SIGKILL');
    await once(run, 'exit');
    expect(tablesOn(on)).toHaveLength(1);
    expect(await folder.run('recover')).toMatchObject({ code: 0 });
    expect(tablesOn(on)).toEqual([]);
  });

  test('are refused without --yes, with every local process that they would hit', async () => {
    using folder = new CliFolder();
    await using server = await startUpstream();
    writeFileSync(join(folder.path, 'refused.yaml'), experiment(`127.0.0.1:${server.port}`));
    const { code, stderr } = await folder.run('run', 'refused.yaml');
    expect(code).toBe(2);
    expect(stderr).toMatch(
      new RegExp(`^error: rules of the kernel at 127.0.0.1:${server.port} hit every process of this machine`),
    );
    expect(stderr).toContain(`\n  pid ${process.pid} (`);
    expect(stderr).toContain('): listens there\n  hint: allow it with --yes');
    const { stdout } = await folder.run('run', 'refused.yaml', '--dry-run');
    expect(stdout).toContain(`  also hits  pid ${process.pid} (`);
  });

  test('of a table that is not ours by its receipt are left alone', async () => {
    const receipt = {
      kind: 'nft-table',
      id: 'run-s0',
      runId: 'run',
      bootId: 'boot',
      expiresAt: 0,
      netns: ownNetns() ?? '',
    } as const;
    await expect(undoNftTable({ ...receipt, table: 'chaosx_other_s0' }, never)).rejects.toThrow(
      'expected the table chaosx_run_s0 in receipt run-s0, got chaosx_other_s0',
    );
    // Never made, and in a namespace that is gone: nothing to undo.
    await undoNftTable({ ...receipt, table: 'chaosx_run_s0' }, never);
    await undoNftTable({ ...receipt, table: 'chaosx_run_s0', netns: '1' }, never);
  });
});

const netem = await canShape('latency');

test.skipIf(netem.supported)(
  'where the kernel has no netem, that is said, and the proxy delays',
  async () => {
    expect(netem).toEqual({
      supported: false,
      reason: expect.stringMatching(/^(in its own network|the kernel)/),
    });
  },
);

describe.skipIf(!hasKernelRules)('a target in a network of its own', () => {
  const shop = fileURLToPath(new URL('fixtures/shop.mjs', import.meta.url));
  const experiment = (port: number, upstream: number, scenarios: string) => `name: Own network
targetSystem:
  name: shop
  start: ["${process.execPath}", "${shop}"]
  env: { PORT: "${port}", UPSTREAM: "http://127.0.0.1:${upstream}/" }
  ready: { http: "http://127.0.0.1:${port}/" }
  dependencies: { stock: { env: UPSTREAM } }
  ownNetwork: { publish: [${port}] }
probes: [{ name: shop, http: "http://127.0.0.1:${port}/", every: 50ms }]
scenarios: [${scenarios}]
successCriteria: { maxErrorRate: 1 }
baseline: 300ms
holdTime: 200ms
`;

  test('meets real loss, partitions and refusals in its router, and is well before and after', async () => {
    using folder = new CliFolder();
    await using upstream = await startUpstream();
    const port = await closedPort();
    const scenarios = [
      '{ use: packet_loss, duration: 3s, parameters: { lossPercent: 30 } }',
      '{ use: network_partition, duration: 1500ms }',
      '{ use: network_partition, duration: 1500ms, parameters: { direction: from-target } }',
      '{ use: network_partition, duration: 1500ms, parameters: { mode: refuse } }',
      '{ use: bandwidth, duration: 3s, parameters: { kilobytesPerSecond: 32 } }',
      '{ use: bandwidth, duration: 3s, parameters: { kilobytesPerSecond: 64, direction: to-target } }',
      // The proxy is still there: what rules cannot do, it does.
      '{ use: high_latency, duration: 1500ms, parameters: { latencyMs: 200 } }',
    ];
    writeFileSync(join(folder.path, 'own.yaml'), experiment(port, upstream.port, scenarios.join(', ')));
    const { code, stdout, stderr } = await folder.run('run', 'own.yaml', '--json');
    const results = JSON.parse(stdout) as Results;
    // What it printed says why, when it is another one.
    expect({ code, verdict: results.verdict, stderr }).toEqual({ code: 0, verdict: 'held', stderr });
    expect(results.cleanExit).toMatchObject({ clean: true, leftovers: [] });
    expect(results.scenarios.map(({ backend, evidence }) => [backend, evidence?.active])).toEqual([
      ...Array.from({ length: 6 }, () => ['kernel', 'yes']),
      [netem.supported ? 'kernel' : 'proxy', 'yes'],
    ]);
    // As fast as asked, headers included, or slower on a busy machine; far faster before and after.
    const narrow = results.scenarios.flatMap(({ type, evidence }) =>
      type === 'BANDWIDTH' && evidence !== null ? [evidence.measured] : [],
    );
    for (const [n, { baseline, during, after }] of narrow.entries()) {
      const asked = [32, 64][n] ?? 0;
      expect(during).toBeLessThan(asked * 1.05);
      expect(during).toBeGreaterThan(asked / 2);
      expect(baseline).toBeGreaterThan(asked * 4);
      expect(after).toBeGreaterThan(asked * 1.05);
    }
    for (const { evidence } of results.scenarios) {
      expect(evidence?.exposure.kind === 'counted' && evidence.exposure.n).toBeGreaterThan(0);
      expect(evidence?.measured.after).toBeTypeOf('number');
    }
    expect(await findLeftovers({ runId: results.runId, stateDirectory: join(folder.path, 'state') })).toEqual(
      [],
    );
  });

  test.each([1, 2, 3, 4, 5, 6])(
    'killed with its run at a random moment (seed %i), leaves nothing after 2 s',
    async (seed) => {
      using folder = new CliFolder();
      await using upstream = await startUpstream();
      const port = await closedPort();
      const stateDirectory = join(folder.path, 'state');
      writeFileSync(
        join(folder.path, 'killed.yaml'),
        experiment(
          port,
          upstream.port,
          `{ use: ${seed % 2 === 0 ? 'bandwidth' : 'packet_loss'}, duration: 30s }`,
        ),
      );
      const run = folder.start(['run', 'killed.yaml']);
      await systemClock.sleep(200 + decisions(seed)('kill', 'moment', 0) * 1_800, never);
      expect(run.exitCode).toBe(null);
      run.kill('SIGKILL');
      await once(run, 'exit');
      const killedAtMs = systemClock.nowMs();
      const runIds = journalsIn(stateDirectory);
      const left = async () =>
        (await Promise.all(runIds.map((runId) => findLeftovers({ runId, stateDirectory })))).flat();
      while ((await left()).length > 0 && systemClock.nowMs() - killedAtMs < 2_000) {
        await systemClock.sleep(20, never);
      }
      expect(await left()).toEqual([]);
      expect(await folder.run('recover')).toMatchObject({ code: 0 });
    },
  );

  test.each<[string, string, string]>([
    [
      'a TCP probe at a published port',
      'probes: [{ name: door, tcp: "127.0.0.1:3000" }]',
      'expected the probe door to ask over HTTP, because chaosx itself accepts connections at the published port 3000',
    ],
    [
      'a TCP ready check there',
      'probes: [{ http: "http://127.0.0.1:3000/" }]\n#ready: { tcp: "127.0.0.1:3000" }',
      'expected ready of shop to ask over HTTP, because chaosx itself accepts connections at the published port 3000',
    ],
    [
      'a ready check elsewhere',
      'probes: [{ http: "http://127.0.0.1:3000/" }]\n#ready: { http: "http://127.0.0.1:3001/" }',
      'expected ready to ask shop at a port that ownNetwork publishes, got 127.0.0.1:3001',
    ],
    [
      'a dependency at a fixed port',
      'probes: [{ http: "http://127.0.0.1:3000/" }]\n#dependencies: { db: { address: "127.0.0.1:1", listen: "127.0.0.1:2" } }',
      'expected the address of db in a variable, because shop has a network of its own, got a fixed port',
    ],
  ])('refuses %s before anything starts', async (_what, probes, message) => {
    using folder = new CliFolder();
    const [asked, ofTarget = ''] = probes.split('\n#');
    writeFileSync(
      join(folder.path, 'refused.yaml'),
      `name: Refused
targetSystem:
  name: shop
  start: [sleep, "1000"]
  ownNetwork: { publish: [3000] }
  ${ofTarget}
${asked}
scenarios: [cpu_spike]
`,
    );
    const { code, stderr } = await folder.run('run', 'refused.yaml');
    expect([code, stderr]).toEqual([2, expect.stringContaining(message)]);
  });
});

function journalsIn(stateDirectory: string): readonly string[] {
  const folder = join(stateDirectory, 'undo');
  if (!existsSync(folder)) return [];
  return readdirSync(folder).flatMap((name) => (name.endsWith('.jsonl') ? [name.slice(0, -6)] : []));
}
