import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import net, { type Socket } from 'node:net';
import { beforeAll, describe, expect, test } from 'vitest';
import { networkFaults } from '../src/faults/network/index.js';
import { latencyOnDependency } from '../src/faults/network/latency-on-dependency.js';
import { latencyOnThisProcess } from '../src/faults/network/latency-on-this-process.js';
import { partitionOnDependency } from '../src/faults/network/partition-on-dependency.js';
import { partitionOnThisProcess } from '../src/faults/network/partition-on-this-process.js';
import { isConnectPatched } from '../src/interpose/outgoing-connections.js';
import { decisions } from '../src/model/decide.js';
import type { Fault, FaultContext } from '../src/model/fault.js';
import type { ProcessIdentity, Receipt, ReceiptAmendment } from '../src/model/receipt.js';
import type { Scenario } from '../src/model/scenario.js';
import type { ChaosScenarioType } from '../src/model/scenario-type.js';
import { systemClock } from '../src/model/system-clock.js';
import type { StartedTarget, Target } from '../src/model/target.js';
import { type OpenRoute, type ProxyProcess, startProxy } from '../src/proxy/proxy-process.js';
import { bootId } from '../src/undo/boot-id.js';
import { identityOf, isAlive } from '../src/undo/process-identity.js';
import { findMarkedProcesses } from '../src/undo/run-processes.js';
import { echo, fateOf, listen, never } from './network-servers.js';

const platformConnect = net.Socket.prototype.connect;
let boot = '';
let runs = 0;
beforeAll(async () => {
  boot = await bootId();
});

function latency(
  latencyMs: number | [number, number],
  targetComponents: string[] = [],
): Scenario<'NETWORK_LATENCY'> {
  return {
    ...shared,
    scenarioType: 'NETWORK_LATENCY',
    name: 'high_latency',
    parameters: { latencyMs },
    targetComponents,
  };
}

function partition(
  mode: 'drop' | 'refuse',
  targetComponents: string[] = [],
  direction: 'both' | 'to-target' = 'both',
): Scenario<'NETWORK_PARTITION'> {
  const parameters = { mode, direction };
  return {
    ...shared,
    scenarioType: 'NETWORK_PARTITION',
    name: 'network_partition',
    parameters,
    targetComponents,
  };
}

const shared = { description: '', severity: 3, duration: 30, probability: 1 } as const;

interface TestContext extends FaultContext {
  readonly amended: ReceiptAmendment[];
}

function contextFor(target: Target, signal: AbortSignal = never): TestContext {
  runs += 1;
  const runId = `faults-${process.pid}-${runs}`;
  const amended: ReceiptAmendment[] = [];
  return {
    runId,
    injectionId: `${runId}-1`,
    target,
    decide: decisions(42),
    clock: systemClock,
    expiresAt: systemClock.wallMs() + 60_000,
    bootId: boot,
    amend: (facts) => {
      amended.push(facts);
      return Promise.resolve();
    },
    fired: () => {},
    signal,
    amended,
  };
}

/** Writes and waits for the echo, or for silence. */
async function say(socket: Socket, text: string, patienceMs = 10_000): Promise<string | null> {
  socket.write(text);
  return await Promise.race([
    once(socket, 'data').then(([chunk]) => String(chunk)),
    new Promise<null>((resolve) => setTimeout(resolve, patienceMs, null)),
  ]);
}

async function open(address: net.NetConnectOpts): Promise<Socket> {
  const socket = net.connect(address);
  socket.on('error', () => {});
  await once(socket, 'connect');
  return socket;
}

const thisProcess: Target = { kind: 'this-process', name: 'me' };
const objects: Target = { kind: 'objects', name: 'shop', components: new Map([['database_layer', {}]]) };
const shop = (dependencies: string[]): StartedTarget => ({
  kind: 'started',
  ownNetwork: false,
  name: 'shop',
  dependencies,
});

test('what each fault says of targets that it cannot hit', async () => {
  const cases: [Scenario, Target][] = [
    [latency(5), thisProcess],
    [latency(5), objects],
    [latency(5, ['database_layer']), objects],
    [latency(5), shop([])],
    [latency(5), shop(['inventory', 'cache'])],
    [latency(5, ['inventroy']), shop(['inventory', 'cache'])],
    [latency(5, ['mail']), shop(['inventory', 'cache'])],
    [partition('drop', ['cache']), shop(['inventory', 'cache'])],
  ];
  const said: string[] = [];
  for (const [scenario, target] of cases) {
    for (const fault of networkFaults.filter(({ type }) => type === scenario.scenarioType)) {
      const support = await fault.supports(scenario, target);
      const where = `${scenario.targetComponents.join() || 'all'} of ${target.kind} by ${fault.backend}`;
      said.push(`${where}: ${support.supported ? 'yes' : support.reason}`);
    }
  }
  expect(said).toMatchInlineSnapshot(`
    [
      "all of this-process by proxy: the proxy needs a process that chaosx starts; me is in this one",
      "all of this-process by agent: me is not a process that chaosx starts",
      "all of this-process by in-process: yes",
      "all of objects by proxy: the proxy needs a process that chaosx starts; shop is in this one",
      "all of objects by agent: shop is not a process that chaosx starts",
      "all of objects by in-process: yes",
      "database_layer of objects by proxy: the proxy needs a process that chaosx starts; shop is in this one",
      "database_layer of objects by agent: shop is not a process that chaosx starts",
      "database_layer of objects by in-process: network faults hit all outgoing connections of this process, not single components (database_layer): leave targetComponents empty",
      "all of started by proxy: shop declares no dependencies to put the proxy in front of: list them under targetSystem.dependencies, each with the variable that holds its address",
      "all of started by agent: yes",
      "all of started by in-process: shop is another process: its connections are not made here",
      "all of started by proxy: yes",
      "all of started by agent: the agent hits all outgoing connections of shop, not single dependencies",
      "all of started by in-process: shop is another process: its connections are not made here",
      "inventroy of started by proxy: shop has no dependency "inventroy": did you mean "inventory"?",
      "inventroy of started by agent: the agent hits all outgoing connections of shop, not single dependencies",
      "inventroy of started by in-process: shop is another process: its connections are not made here",
      "mail of started by proxy: shop has no dependency "mail": it has inventory, cache",
      "mail of started by agent: the agent hits all outgoing connections of shop, not single dependencies",
      "mail of started by in-process: shop is another process: its connections are not made here",
      "cache of started by kernel: rules of the kernel need an address, or a network of its own for shop (targetSystem.ownNetwork)",
      "cache of started by proxy: yes",
      "cache of started by agent: the agent hits all outgoing connections of shop, not single dependencies",
      "cache of started by in-process: shop is another process: its connections are not made here",
      "cache of started by kernel: rules of the kernel need an address, or a network of its own for shop (targetSystem.ownNetwork)",
    ]
  `);
});

describe('on dependencies of a started process', () => {
  interface Shop extends AsyncDisposable {
    readonly proxy: ProxyProcess;
    readonly target: StartedTarget;
    readonly routes: ReadonlyMap<string, OpenRoute>;
  }

  /** A target whose dependencies are echoes; this process plays the target, at the routes' addresses. */
  async function startShop(names: string[]): Promise<Shop> {
    const server = await listen(echo);
    runs += 1;
    const identity = (await identityOf(process.pid)) as ProcessIdentity;
    const proxy = await startProxy({
      runId: `shop-${process.pid}-${runs}`,
      exitWith: identity,
      signal: never,
    });
    const routes = new Map<string, OpenRoute>();
    for (const component of names) {
      routes.set(component, await proxy.openRoute({ component, upstream: server.address }, never));
    }
    return {
      proxy,
      routes,
      target: { ...shop(names), running: { process: identity, routes } },
      [Symbol.asyncDispose]: async () => {
        await proxy[Symbol.asyncDispose]();
        await server[Symbol.asyncDispose]();
      },
    };
  }

  async function connectTo({ routes }: Shop, name: string): Promise<Socket> {
    const route = routes.get(name);
    if (route === undefined) throw new Error(`no route to ${name}`);
    const socket = await open(route.listen);
    // What came back went through the proxy: by now it has counted the connection.
    await say(socket, 'hello');
    return socket;
  }

  test('latency: receipt, evidence while nobody talks and when somebody did, and after the revert', async () => {
    await using started = await startShop(['inventory', 'cache']);
    const [stock, cache] = [await connectTo(started, 'inventory'), await connectTo(started, 'cache')];
    const scenario = latency([60, 90], ['inventory']);
    const context = contextFor(started.target);
    const receipt = await latencyOnDependency.prepare(scenario, context);
    expect(receipt).toEqual({
      kind: 'toxic',
      id: context.injectionId,
      runId: context.runId,
      bootId: boot,
      expiresAt: context.expiresAt,
      controlPath: started.proxy.controlPath,
      toxicId: context.injectionId,
      routes: ['inventory'],
    });
    const fault = await latencyOnDependency.inject(scenario, receipt, context);
    const first = await fault.check(never);
    expect(first).toMatchObject({
      active: 'yes',
      measured: { quantity: 'round trip', unit: 'ms', expected: '60–90 ms added' },
      exposure: { kind: 'counted', n: 0, what: 'chunks delayed on 0 connections' },
    });
    expect(first.measured.baseline).toBeLessThan(60);
    expect(first.measured.during).toBeGreaterThanOrEqual(60);
    await say(stock, 'a');
    await say(cache, 'b');
    const { exposure } = await fault.check(never);
    expect(exposure).toEqual({ kind: 'counted', n: 1, what: 'chunk delayed on 1 connection' });
    await fault.revert(never);
    await fault.revert(never);
    const after = await fault.check(never);
    expect(after.active).toBe('no');
    expect(after.measured.during).toBeLessThan(60);
    const aftermath = await fault.checkAfter?.(never);
    expect(aftermath).toEqual({ back: 'yes', after: expect.closeTo(0, -2) });
    stock.destroy();
    cache.destroy();
  });

  describe('an effect that stays after the revert, by another hand', () => {
    const left = async (scenario: Scenario<'NETWORK_LATENCY'>, latencyMs: number) => {
      await using started = await startShop(['inventory']);
      const socket = await connectTo(started, 'inventory');
      const context = contextFor(started.target);
      const fault = await latencyOnDependency.inject(
        scenario,
        await latencyOnDependency.prepare(scenario, context),
        context,
      );
      const toxic = {
        type: 'latency',
        minMs: latencyMs,
        maxMs: latencyMs,
        direction: 'to-target',
        seed: 1,
      } as const;
      await started.routes.get('inventory')?.addToxic('stays', toxic, never);
      await fault.revert(never);
      socket.destroy();
      return await fault.checkAfter?.(never);
    };

    test('is seen', async () => {
      const aftermath = await left(latency(200), 200);
      expect(aftermath?.after).toBeGreaterThanOrEqual(200);
      expect(aftermath?.back).toBe('no');
    });

    test('is no proof where a busy machine does the same', async () => {
      expect((await left(latency(5), 200))?.back).toBe('unknown');
    });
  });

  test('a drop on all dependencies: each counts, the least affected decides', async () => {
    await using started = await startShop(['inventory', 'cache']);
    const sockets = [await connectTo(started, 'inventory'), await connectTo(started, 'cache')] as const;
    const context = contextFor(started.target);
    const scenario = partition('drop');
    const receipt = await partitionOnDependency.prepare(scenario, context);
    const fault = await partitionOnDependency.inject(scenario, receipt, context);
    expect(await say(sockets[0], 'hello?', 100)).toBe(null);
    const evidence = await fault.check(never);
    expect({ ...evidence, measured: { ...evidence.measured, baseline: 'some' } }).toEqual({
      active: 'yes',
      measured: {
        quantity: 'round trip',
        unit: 'ms',
        baseline: 'some',
        during: null,
        expected: expect.stringMatching(/^no answer within \d+ ms on inventory$/),
      },
      exposure: {
        kind: 'counted',
        n: 1,
        what:
          'in all (inventory: 1 connection cut off, 1 chunk swallowed; ' +
          'cache: 0 connections cut off, 0 chunks swallowed)',
      },
    });
    // Somebody takes it off behind our back, on one of them.
    await started.routes.get('cache')?.removeToxic(context.injectionId, never);
    expect(await fault.check(never)).toMatchObject({
      active: 'no',
      measured: { expected: expect.stringContaining('on cache') },
    });
    const fate = fateOf(sockets[0]);
    await fault.revert(never);
    expect(await fate).toBe('ECONNRESET');
    expect(await say(sockets[1], 'as before')).toBe('as before');
    sockets[1].destroy();
  });

  test('refuse: what was reset is counted; attempts at a closed port are not known', async () => {
    await using started = await startShop(['inventory']);
    const scenario = partition('refuse');
    for (const held of [true, false]) {
      const socket = await connectTo(started, 'inventory');
      if (!held) {
        socket.destroy();
        await once(socket, 'close');
        const openConnections = async () =>
          (await started.routes.get('inventory')?.stats(never))?.openConnections;
        await expect.poll(openConnections).toBe(0);
      }
      const context = contextFor(started.target);
      const receipt = await partitionOnDependency.prepare(scenario, context);
      const fault = await partitionOnDependency.inject(scenario, receipt, context);
      const { active, measured, exposure } = await fault.check(never);
      expect([active, measured.during, measured.expected]).toEqual(['yes', null, 'connections refused']);
      expect(exposure).toEqual(
        held
          ? { kind: 'counted', n: 1, what: 'connection reset' }
          : {
              kind: 'unknown',
              why: 'no connection was open to be reset, and attempts at a closed port leave no trace',
            },
      );
      await fault.revert(never);
    }
  });

  test('a target that never connected through the proxy is not touched', async () => {
    await using started = await startShop(['inventory', 'cache']);
    const socket = await connectTo(started, 'cache');
    await expect(latencyOnDependency.prepare(latency(5), contextFor(started.target))).rejects.toMatchObject({
      code: 'TARGET_NOT_ROUTED',
      message: expect.stringMatching(
        /^expected shop to connect to inventory \(127\.0\.0\.1:\d+\) through the proxy/,
      ),
      hint: expect.stringContaining('variable'),
    });
    await latencyOnDependency.prepare(latency(5, ['cache']), contextFor(started.target));
    await expect(latencyOnDependency.prepare(latency(5), contextFor(shop(['a'])))).rejects.toMatchObject({
      code: 'TARGET_NOT_READY',
    });
    socket.destroy();
  });

  test('an inject that fails or is aborted takes its toxics off every route again', async () => {
    await using started = await startShop(['inventory', 'cache']);
    const sockets = [await connectTo(started, 'inventory'), await connectTo(started, 'cache')];
    for (const delayMs of [0, 2, 5, 8, 12]) {
      const abort = new AbortController();
      const context = contextFor(started.target, abort.signal);
      const receipt = await partitionOnDependency.prepare(partition('refuse'), context);
      setTimeout(() => abort.abort(new Error('enough')), delayMs);
      const result = await partitionOnDependency
        .inject(partition('refuse'), receipt, context)
        .catch(() => null);
      await result?.revert(never);
      for (const route of started.routes.values()) {
        expect(await route.sample(2_000, never)).toMatchObject({ outcome: 'answered' });
      }
    }
    for (const socket of sockets) socket.destroy();
  });
});

describe('on this process', () => {
  async function injected<T extends ChaosScenarioType>(
    fault: Fault<T>,
    scenario: Scenario<T>,
    target: Target = thisProcess,
  ) {
    const context = contextFor(target);
    const receipt = await fault.prepare(scenario, context);
    if (receipt.kind !== 'proxy') throw new Error(`expected a proxy receipt, got ${receipt.kind}`);
    expect(existsSync(receipt.directory)).toBe(false);
    return { context, receipt, active: await fault.inject(scenario, receipt, context) };
  }

  function expectClean(directory: string, { amended }: TestContext): void {
    expect(isConnectPatched()).toBe(false);
    expect(net.Socket.prototype.connect).toBe(platformConnect);
    expect(existsSync(directory)).toBe(false);
    for (const { process: identity } of amended) expect(identity && isAlive(identity)).toBe(false);
  }

  test.each([thisProcess, objects])('latency, on $kind: met, proven, and gone afterwards', async (target) => {
    await using server = await listen(echo);
    const { context, receipt, active } = await injected(latencyOnThisProcess, latency([60, 90]), target);
    expect(context.amended).toHaveLength(1);
    expect(await findMarkedProcesses(context.runId)).toEqual([context.amended[0]?.process]);
    const first = await active.check(never);
    expect(first).toMatchObject({ active: 'yes', exposure: { kind: 'counted', n: 0 } });
    const socket = await open(server.address);
    const began = performance.now();
    expect(await say(socket, 'slow')).toBe('slow');
    expect(performance.now() - began).toBeGreaterThanOrEqual(60);
    const met = await active.check(never);
    expect(met.measured.baseline).toBeLessThan(60);
    expect(met.measured.during).toBeGreaterThanOrEqual(60);
    expect(met.exposure).toEqual({ kind: 'counted', n: 1, what: 'chunk delayed on 1 connection' });
    const ended = once(socket, 'end');
    socket.resume();
    await active.revert(never);
    await active.revert(never);
    // It was idle: it is ended as a server ends a kept-alive connection.
    await ended;
    expectClean(receipt.directory, context);
    const later = await open(server.address);
    expect(later.remotePort).toBe(server.port);
    later.destroy();
  });

  test('partition, both ways of it', async () => {
    await using server = await listen(echo);
    const dropped = await injected(partitionOnThisProcess, partition('drop'));
    const hanging = net.connect(server.address);
    expect(await dropped.active.check(never)).toMatchObject({
      active: 'yes',
      measured: { during: null },
      exposure: { kind: 'counted', n: 1, what: 'connection cut off, 0 chunks swallowed' },
    });
    expect(hanging.connecting).toBe(true);
    const connected = once(hanging, 'connect');
    await dropped.active.revert(never);
    await connected;
    hanging.destroy();
    expectClean(dropped.receipt.directory, dropped.context);

    const refused = await injected(partitionOnThisProcess, partition('refuse'));
    expect((await refused.active.check(never)).exposure).toMatchObject({ kind: 'counted', n: 0 });
    expect(await fateOf(net.connect(server.address))).toBe('ECONNREFUSED');
    await expect(fetch(`http://127.0.0.1:${server.port}/`)).rejects.toMatchObject({
      cause: { code: 'ECONNREFUSED' },
    });
    expect(await refused.active.check(never)).toMatchObject({
      active: 'yes',
      measured: { expected: 'connections refused' },
      exposure: { kind: 'counted', n: 2, what: 'connections reset or refused' },
    });
    await refused.active.revert(never);
    expectClean(refused.receipt.directory, refused.context);
  });

  test('two at once, reverted in either order', async () => {
    await using server = await listen(echo);
    for (const firstOut of [0, 1]) {
      const both = [
        await injected(latencyOnThisProcess, latency(50)),
        await injected(latencyOnThisProcess, latency(70)),
      ] as const;
      const socket = await open(server.address);
      const began = performance.now();
      await say(socket, 'x');
      expect(performance.now() - began).toBeGreaterThanOrEqual(120);
      socket.destroy();
      await both[firstOut]?.active.revert(never);
      const again = await open(server.address);
      const left = performance.now();
      await say(again, 'x');
      expect(performance.now() - left).toBeGreaterThanOrEqual(firstOut === 0 ? 70 : 50);
      again.destroy();
      await both[1 - firstOut]?.active.revert(never);
      for (const { receipt, context } of both) expectClean(receipt.directory, context);
    }
  });

  test('an answer on its way comes in while the fault is reverted', async () => {
    await using server = await listen((socket) => {
      socket.on('data', () => setTimeout(() => socket.end('late but here'), 100));
    });
    const { active } = await injected(latencyOnThisProcess, latency(5_000));
    const socket = await open(server.address);
    const answer = say(socket, 'please');
    await expect.poll(() => server.connections).toBe(1);
    await active.revert(never);
    expect(await answer).toBe('late but here');
  });

  test('aborted anywhere, an inject leaves nothing', async () => {
    for (const delayMs of [0, 10, 30, 45, 60, 75, 90]) {
      const abort = new AbortController();
      const context = contextFor(thisProcess, abort.signal);
      const receipt = await partitionOnThisProcess.prepare(partition('drop'), context);
      setTimeout(() => abort.abort(new Error('enough')), delayMs);
      const result = await partitionOnThisProcess
        .inject(partition('drop'), receipt, context)
        .catch(() => null);
      await result?.revert(never);
      expectClean((receipt as Receipt & { directory: string }).directory, context);
      expect(await findMarkedProcesses(context.runId)).toEqual([]);
    }
    const context = contextFor(thisProcess);
    const receipt = await latencyOnThisProcess.prepare(latency(5), context);
    const failing = { ...context, amend: () => Promise.reject(new Error('disk full')) };
    await expect(latencyOnThisProcess.inject(latency(5), receipt, failing)).rejects.toThrow('disk full');
    expectClean((receipt as Receipt & { directory: string }).directory, context);
    expect(await findMarkedProcesses(context.runId)).toEqual([]);
  });

  test.each(['with', 'without'])('undo from a fresh process, %s the amended identity', async (amended) => {
    const runId = `undo-${process.pid}-${amended}`;
    // A stand-in for the run that died: its proxy is tied to no process and would stay for the length of its lease.
    const proxy = await startProxy({ runId, exitWith: null, leaseMs: 600_000, signal: never });
    const facts = { id: `${runId}-1`, runId, bootId: boot, expiresAt: 0, directory: proxy.directory };
    const receipt: Receipt = {
      kind: 'proxy',
      ...facts,
      ...(amended === 'with' && { process: proxy.identity }),
    };
    const source = `
      import { latencyOnThisProcess } from ${JSON.stringify(new URL('../dist/faults/network/latency-on-this-process.js', import.meta.url).href)};
      for (let n = 0; n < 2; n += 1) await latencyOnThisProcess.undo(${JSON.stringify(receipt)}, AbortSignal.timeout(5_000));
    `;
    const child = spawn(process.execPath, ['--input-type=module', '-e', source], { stdio: 'inherit' });
    expect(await once(child, 'exit')).toEqual([0, null]);
    expect(isAlive(proxy.identity)).toBe(false);
    expect(existsSync(proxy.directory)).toBe(false);
    await proxy[Symbol.asyncDispose]();
  });

  test('undo of an injection that never began leaves the rest of the run alone', async () => {
    const runId = `rest-${process.pid}`;
    await using proxy = await startProxy({ runId, exitWith: null, signal: never });
    const receipt: Receipt = {
      kind: 'proxy',
      id: `${runId}-2`,
      runId,
      bootId: boot,
      expiresAt: 0,
      directory: `${proxy.directory}-none`,
    };
    await partitionOnThisProcess.undo?.(receipt, never);
    expect(isAlive(proxy.identity)).toBe(true);
  });
});
