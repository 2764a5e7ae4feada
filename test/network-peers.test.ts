import { once } from 'node:events';
import net, { type Socket } from 'node:net';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { partitionOnDependency } from '../src/faults/network/partition-on-dependency.js';
import { partitionOnThisProcess } from '../src/faults/network/partition-on-this-process.js';
import { exempt } from '../src/interpose/exempt.js';
import { redirectOutgoing } from '../src/interpose/outgoing-connections.js';
import { decisions } from '../src/model/decide.js';
import { systemClock } from '../src/model/system-clock.js';
import { identityOf } from '../src/proxy/process-identity.js';
import { type OpenOutgoingRoute, type ProxyProcess, startProxy } from '../src/proxy/proxy-process.js';
import { CHAOS_SCENARIOS } from '../src/scenarios/chaos-scenarios.js';
import { thisProcessTarget } from '../src/targets/this-process-target.js';
import { echo, fateOf, listen, never, type TestServer } from './network-servers.js';

const exemptConnect = (address: { host: string; port: number }) => exempt(() => net.connect(address));

let runs = 0;
let proxy: ProxyProcess;
let route: OpenOutgoingRoute;
let restore: () => boolean;
let near: TestServer;
let far: TestServer;

beforeEach(async () => {
  runs += 1;
  proxy = await startProxy({
    runId: `peers-${process.pid}-${runs}`,
    exitWith: identityOf(process.pid),
    connect: exemptConnect,
    signal: never,
  });
  route = await proxy.openOutgoingRoute({ component: 'out' }, never);
  restore = redirectOutgoing(route.dialer);
  near = await listen(echo);
  far = await listen(echo);
});
afterEach(async () => {
  restore();
  await proxy[Symbol.asyncDispose]();
  await near[Symbol.asyncDispose]();
  await far[Symbol.asyncDispose]();
});

async function say(socket: Socket, text: string): Promise<string> {
  socket.write(text);
  const [chunk] = (await once(socket, 'data')) as [Buffer];
  return String(chunk);
}

async function talk(port: number, host = '127.0.0.1'): Promise<Socket> {
  const socket = net.connect(port, host);
  expect(await say(socket, 'hello')).toBe('hello');
  return socket;
}

describe('only connections to the peers are cut', () => {
  test('refused: open ones are reset, new ones refused, others know nothing of it', async () => {
    const [spared, cut] = [await talk(near.port), await talk(far.port)];
    const fate = fateOf(cut);
    await route.addToxic('no', { type: 'refuse', peers: [`127.0.0.1:${far.port}`] }, never);
    expect(await fate).toBe('ECONNRESET');
    expect(await fateOf(net.connect(far.port, '127.0.0.1'))).toBe('ECONNREFUSED');
    // The name asked for is another one, what it stands for is not.
    expect(await fateOf(net.connect({ port: far.port, host: 'localhost', family: 4 }))).toBe('ECONNREFUSED');
    expect(await say(spared, 'still')).toBe('still');
    spared.destroy();
    (await talk(near.port)).destroy();
    const { byToxic, affectedConnections } = await route.stats(never);
    expect([byToxic['no']?.connections, affectedConnections]).toEqual([3, 3]);
    await route.removeToxic('no', never);
    (await talk(far.port)).destroy();
  });

  test('dropped: new ones hang until it ends, by the name that was asked for', async () => {
    await route.addToxic('cut', { type: 'drop', direction: 'both', peers: ['LOCALHOST'] }, never);
    const hanging = net.connect({ port: far.port, host: 'localhost', family: 4 });
    (await talk(far.port)).destroy();
    (await talk(near.port)).destroy();
    expect(hanging.connecting).toBe(true);
    const connected = once(hanging, 'connect');
    await route.removeToxic('cut', never);
    await connected;
    expect(await say(hanging, 'at last')).toBe('at last');
    hanging.destroy();
  });

  test('a refusal of some lets connects go on that a drop of others holds', async () => {
    await route.addToxic('cut', { type: 'drop', direction: 'both' }, never);
    const hanging = net.connect(far.port, '127.0.0.1');
    await expect.poll(async () => (await route.stats(never)).connections).toBe(1);
    await route.addToxic('no', { type: 'refuse', peers: [`*:${far.port}`] }, never);
    expect(await fateOf(hanging)).toBe('ECONNREFUSED');
    expect(await route.sample(150, never)).toMatchObject({ outcome: 'silent' });
  });

  test('samples to a peer meet it, others do not', async () => {
    const peer = { host: 'db', port: 5432, addresses: [] };
    await route.addToxic('no', { type: 'refuse', peers: ['db:5432'] }, never);
    expect(await route.sample(1_000, never, { peer })).toEqual({ outcome: 'refused', code: 'ECONNRESET' });
    expect(await route.sample(1_000, never)).toMatchObject({ outcome: 'answered' });
    await route.addToxic('cut', { type: 'drop', direction: 'both', peers: ['cache'] }, never);
    const cache = { host: 'cache', port: 6379, addresses: [] };
    expect(await route.sample(150, never, { peer: cache })).toMatchObject({ outcome: 'silent' });
    expect(await route.sample(1_000, never)).toMatchObject({ outcome: 'answered' });
    await route.removeToxic('no', never);
    expect(await route.sample(1_000, never, { peer })).toMatchObject({ outcome: 'answered' });
    expect((await route.stats(never)).affectedConnections).toBe(0);
  });

  test('through two proxies, the second still knows where it goes', async () => {
    await using second = await startProxy({
      runId: `peers-second-${process.pid}-${runs}`,
      exitWith: identityOf(process.pid),
      signal: never,
    });
    const further = await second.openOutgoingRoute({ component: 'further' }, never);
    const back = redirectOutgoing(further.dialer);
    await further.addToxic('no', { type: 'refuse', peers: [`127.0.0.1:${far.port}`] }, never);
    (await talk(near.port)).destroy();
    expect(await fateOf(net.connect(far.port, '127.0.0.1'))).toBe('ECONNREFUSED');
    back();
  });
});

function contextFor(target: ReturnType<typeof thisProcessTarget>) {
  return {
    runId: `peers-fault-${process.pid}-${runs}`,
    injectionId: `peers-fault-${process.pid}-${runs}-1`,
    target,
    decide: decisions(42),
    clock: systemClock,
    expiresAt: systemClock.wallMs() + 60_000,
    bootId: 'test',
    amend: () => Promise.resolve(),
    fired: () => {},
    signal: never,
  };
}

test.each(['refuse', 'drop'] as const)(
  '%s as a fault: proven on the way to the peer, and nowhere else',
  async (mode) => {
    const scenario = CHAOS_SCENARIOS.network_partition.with({
      parameters: { mode, peers: [`127.0.0.1:${far.port}`] },
    });
    const context = contextFor(thisProcessTarget('me'));
    const receipt = await partitionOnThisProcess.prepare(scenario, context);
    const fault = await partitionOnThisProcess.inject(scenario, receipt, context);
    (await talk(near.port)).destroy();
    const before = await fault.check(never);
    expect(before).toMatchObject({
      active: 'yes',
      measured: { during: null, expected: expect.stringContaining(` to 127.0.0.1:${far.port}`) as string },
      exposure: { kind: 'counted', n: 0 },
    });
    const blocked = net.connect(far.port, '127.0.0.1');
    blocked.on('error', () => {});
    await expect
      .poll(async () => (await fault.check(never)).exposure)
      .toMatchObject({ kind: 'counted', n: 1 });
    await fault.revert(never);
    blocked.destroy();
    (await talk(far.port)).destroy();
  },
);

test('declared dependencies are chosen by targetComponents', async () => {
  const scenario = CHAOS_SCENARIOS.network_partition.with({ parameters: { peers: ['db'] } });
  expect(
    await partitionOnDependency.supports(scenario, {
      kind: 'started',
      name: 'shop',
      dependencies: ['database', 'cache'],
      ownNetwork: false,
    }),
  ).toEqual({
    supported: false,
    reason:
      'peers chooses among connections that go anywhere, and shop declares its dependencies (database, cache): ' +
      'name those to cut off in targetComponents instead',
  });
});
