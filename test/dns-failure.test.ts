import { execFile } from 'node:child_process';
import dns, { lookup as importedLookup } from 'node:dns';
import { once } from 'node:events';
import http from 'node:http';
import net from 'node:net';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { ChaosExperiment } from '../src/api/chaos-experiment.js';
import { ChaosOrchestrator } from '../src/api/chaos-orchestrator.js';
import { dnsOnThisProcess } from '../src/faults/network/dns-on-this-process.js';
import { exempt } from '../src/interpose/exempt.js';
import { redirectOutgoing } from '../src/interpose/outgoing-connections.js';
import { decisions } from '../src/model/decide.js';
import { systemClock } from '../src/model/system-clock.js';
import { identityOf } from '../src/proxy/process-identity.js';
import { type OpenOutgoingRoute, type ProxyProcess, startProxy } from '../src/proxy/proxy-process.js';
import { CHAOS_SCENARIOS } from '../src/scenarios/chaos-scenarios.js';
import { thisProcessTarget } from '../src/targets/this-process-target.js';
import { openTestHub } from './agent-rig.js';
import { echo, listen, never, startUpstream } from './network-servers.js';

/** Not a host name, for its empty part: a look-up fails without asking anybody. */
const badHost = 'nowhere..invalid';
const platform = {
  lookup: Object.getOwnPropertyDescriptor(dns, 'lookup'),
  promises: Object.getOwnPropertyDescriptor(dns.promises, 'lookup'),
};
const dnsToxic = { type: 'dns', hosts: ['*'], failure: 'ENOTFOUND', rate: 1, seed: 1 } as const;

const resolvers = () =>
  [dns, dns.promises, dns.Resolver.prototype, dns.promises.Resolver.prototype].map((holder) =>
    Object.getOwnPropertyDescriptors(holder),
  );
const untouched = resolvers();

let runs = 0;
let proxy: ProxyProcess;
let route: OpenOutgoingRoute;
let restore: () => boolean;

beforeEach(async () => {
  runs += 1;
  proxy = await startProxy({
    runId: `dns-${process.pid}-${runs}`,
    exitWith: identityOf(process.pid),
    connect: (address) => exempt(() => net.connect(address)),
    signal: never,
  });
  route = await proxy.openOutgoingRoute({ component: 'out' }, never);
  restore = redirectOutgoing(route.dialer);
});
afterEach(async () => {
  expect(restore()).toBe(true);
  expect(Object.getOwnPropertyDescriptor(dns, 'lookup')).toEqual(platform.lookup);
  expect(dns.lookup).toBe(platform.lookup?.value);
  expect(Object.getOwnPropertyDescriptor(dns.promises, 'lookup')).toEqual(platform.promises);
  expect(dns.promises.lookup).toBe(platform.promises?.value);
  expect(importedLookup).toBe(dns.lookup);
  expect(resolvers()).toEqual(untouched);
  await proxy[Symbol.asyncDispose]();
});

/** Every way in which a program may meet a look-up of a name. */
const ways: Readonly<Record<string, (host: string) => Promise<unknown>>> = {
  'dns.lookup': (host) =>
    new Promise((resolve, reject) => {
      dns.lookup(host, (error, address) => (error === null ? resolve(address) : reject(error)));
    }),
  'dns.lookup of all': (host) =>
    new Promise((resolve, reject) => {
      dns.lookup(host, { all: true }, (error, found) => (error === null ? resolve(found) : reject(error)));
    }),
  'an imported lookup': (host) =>
    new Promise((resolve, reject) => {
      importedLookup(host, 4, (error, address) => (error === null ? resolve(address) : reject(error)));
    }),
  'dns.promises.lookup': (host) => dns.promises.lookup(host),
  'promisify(dns.lookup)': (host) => promisify(dns.lookup)(host),
  'net.connect': async (host) => {
    const socket = net.connect(9, host);
    try {
      await once(socket, 'connect');
    } finally {
      socket.destroy();
    }
  },
  'http.get': async (host) => {
    const request = http.get({ host, port: 9, agent: false });
    await once(request, 'response');
  },
  fetch: (host) => fetch(`http://${host}:9/`).catch((error: Error) => Promise.reject(error.cause as Error)),
};

async function failureOf(failing: Promise<unknown>): Promise<unknown> {
  const error = await failing.then(
    () => null,
    (thrown: Error) => thrown,
  );
  if (error === null) return null;
  return {
    class: Object.getPrototypeOf(error) as unknown,
    message: error.message,
    fields: Object.entries(error),
  };
}

describe('a look-up that fails looks as the platform lets it look', () => {
  test.each(Object.keys(ways).filter((way) => way !== 'fetch'))('%s', async (way) => {
    const ask = ways[way] as (host: string) => Promise<unknown>;
    const real = await failureOf(ask(badHost));
    expect(real).toMatchObject({ message: `getaddrinfo ENOTFOUND ${badHost}` });
    await route.addToxic('dns', dnsToxic, never);
    expect(await failureOf(ask(badHost))).toEqual(real);
    expect((await route.stats(never)).byToxic['dns']?.connections).toBe(1);
  });

  test('fetch', async () => {
    await route.addToxic('dns', { ...dnsToxic, failure: 'EAI_AGAIN' }, never);
    expect(
      await failureOf(
        fetch('http://shop.test/').catch((error: Error) => Promise.reject(error.cause as Error)),
      ),
    ).toMatchObject({
      message: 'getaddrinfo EAI_AGAIN shop.test',
      fields: [
        ['errno', -3001],
        ['code', 'EAI_AGAIN'],
        ['syscall', 'getaddrinfo'],
        ['hostname', 'shop.test'],
      ],
    });
  });
});

describe('name servers that are asked', () => {
  const asking: Readonly<Record<string, (host: string) => Promise<unknown>>> = {
    'dns.resolve4': (host) => promisify(dns.resolve4)(host),
    'dns.promises.resolve': (host) => dns.promises.resolve(host, 'A'),
    'dns.Resolver': (host) => promisify(silent.resolve4.bind(silent))(host),
    'dns.promises.Resolver': (host) => silentPromises.resolve4(host),
  };
  const silent = new dns.Resolver({ timeout: 50, tries: 1 });
  const silentPromises = new dns.promises.Resolver({ timeout: 50, tries: 1 });

  test.each(Object.keys(asking))('%s', async (way) => {
    const ask = asking[way] as (host: string) => Promise<unknown>;
    const failed = (code: string) => ({
      class: Error.prototype,
      message: `queryA ${code} shop.test`,
      fields: [
        ['errno', undefined],
        ['code', code],
        ['syscall', 'queryA'],
        ['hostname', 'shop.test'],
      ],
    });
    await route.addToxic('dns', dnsToxic, never);
    expect(await failureOf(ask('shop.test'))).toEqual(failed('ENOTFOUND'));
    await route.removeToxic('dns', never);
    await route.addToxic('again', { ...dnsToxic, failure: 'EAI_AGAIN' }, never);
    expect(await failureOf(ask('shop.test'))).toEqual(failed('ETIMEOUT'));
    expect((await route.stats(never)).byToxic['again']?.connections).toBe(1);
  });
});

describe('what passes', () => {
  test('all, while no toxic is there, with the same answers', async () => {
    for (const [way, ask] of Object.entries(ways).slice(0, 5)) {
      const through = await ask('localhost');
      expect([way, await exempt(() => ask('localhost'))]).toEqual([way, through]);
    }
  });

  test('other names, addresses, and what is exempt', async () => {
    await using upstream = await startUpstream();
    await route.addToxic('dns', { ...dnsToxic, hosts: ['*.Internal', 'db'] }, never);
    for (const host of ['db', 'DB.', 'a.internal']) {
      await expect(dns.promises.lookup(host)).rejects.toMatchObject({ code: 'ENOTFOUND', hostname: host });
    }
    await dns.promises.lookup('localhost');
    expect(await dns.promises.lookup('127.0.0.1')).toEqual({ address: '127.0.0.1', family: 4 });
    await route.addToxic('all', dnsToxic, never);
    await expect(dns.promises.lookup('localhost')).rejects.toMatchObject({ code: 'ENOTFOUND' });
    expect(await (await fetch(upstream.url)).text()).toBe('stock');
    await exempt(() => dns.promises.lookup('localhost'));
    expect((await route.stats(never)).byToxic['dns']?.connections).toBe(3);
  });

  test('wrong arguments throw what the platform throws, at once', async () => {
    await route.addToxic('dns', dnsToxic, never);
    const wrong: (() => unknown)[] = [
      () => dns.lookup('a', { family: 9 }, () => {}),
      () => dns.lookup('a', { all: 'yes' } as never, () => {}),
      () => dns.lookup('a', undefined as never),
      () => dns.lookup('a', { hints: 4_711 }, () => {}),
      () => dns.lookup(7 as never, () => {}),
    ];
    const thrown = (call: () => unknown) => {
      try {
        call();
      } catch (error) {
        return [(error as NodeJS.ErrnoException).code, (error as Error).message];
      }
      return null;
    };
    for (const call of wrong) {
      const real = exempt(() => thrown(call));
      expect(real).not.toBe(null);
      expect(thrown(call)).toEqual(real);
    }
  });

  test('connections that are open', async () => {
    await using server = await listen(echo);
    const socket = net.connect(server.port, '127.0.0.1');
    await once(socket, 'connect');
    await route.addToxic('dns', dnsToxic, never);
    socket.write('still');
    expect(String((await once(socket, 'data'))[0])).toBe('still');
    socket.destroy();
  });

  test('all, once the proxy is gone', async () => {
    await route.addToxic('dns', dnsToxic, never);
    await proxy[Symbol.asyncDispose]();
    await dns.promises.lookup('localhost');
  });
});

test('a share of look-ups, the same ones for the same seed', async () => {
  const fates: boolean[][] = [];
  for (const id of ['a', 'b']) {
    await route.addToxic(id, { ...dnsToxic, rate: 0.5, seed: 3 }, never);
    const failed: boolean[] = [];
    for (let n = 0; n < 40; n += 1) {
      failed.push(
        await dns.promises.lookup('localhost').then(
          () => false,
          () => true,
        ),
      );
    }
    fates.push(failed);
    await route.removeToxic(id, never);
  }
  expect(fates[0]).toEqual(fates[1]);
  expect(fates[0]?.filter(Boolean).length).toBeGreaterThan(8);
  expect(fates[0]?.filter(Boolean).length).toBeLessThan(32);
});

test('timeout: no answer while it is there; then it is looked up after all', async () => {
  await route.addToxic('dns', { ...dnsToxic, failure: 'timeout' }, never);
  let answered = false;
  const looking = dns.promises.lookup('localhost').then((found) => {
    answered = true;
    return found;
  });
  await expect.poll(async () => (await route.stats(never)).byToxic['dns']?.connections).toBe(1);
  expect(answered).toBe(false);
  expect(await route.sampleLookup('localhost', never)).toBe('timeout');
  await route.removeToxic('dns', never);
  expect(await looking).toMatchObject({ address: expect.any(String) as string });
});

test('a look-up under way keeps the process alive, as the platform lets it', async () => {
  const path = await route.openDialSocket(never);
  await route.addToxic('dns', dnsToxic, never);
  await using agents = await openTestHub({ dialSocket: path });
  const { stdout } = await promisify(execFile)(
    process.execPath,
    ['-e', "require('node:dns').lookup('localhost', (error) => console.log(error.code))"],
    {
      env: { ...process.env, ...agents.variables },
    },
  );
  expect(stdout).toBe('ENOTFOUND\n');
});

test('as a fault: proven, counted, and gone afterwards', async () => {
  const scenario = CHAOS_SCENARIOS.dns_failure.with({ parameters: { hosts: ['local*'] } });
  const target = thisProcessTarget('me');
  const context = {
    runId: `dns-fault-${process.pid}-${runs}`,
    injectionId: `dns-fault-${process.pid}-${runs}-1`,
    target,
    decide: decisions(42),
    clock: systemClock,
    expiresAt: systemClock.wallMs() + 60_000,
    bootId: 'test',
    amend: () => Promise.resolve(),
    fired: () => {},
    signal: never,
  };
  const fault = await dnsOnThisProcess.inject(
    scenario,
    await dnsOnThisProcess.prepare(scenario, context),
    context,
  );
  expect(await fault.check(never)).toEqual({
    active: 'yes',
    measured: {
      quantity: 'look-ups failed with ENOTFOUND',
      unit: '%',
      baseline: 0,
      during: 100,
      expected: '100 % of look-ups failed with ENOTFOUND',
    },
    exposure: { kind: 'counted', n: 0, what: 'look-ups failed with ENOTFOUND' },
  });
  await expect(dns.promises.lookup('localhost')).rejects.toMatchObject({ code: 'ENOTFOUND' });
  await expect(once(net.connect(9, 'localhost'), 'connect')).rejects.toMatchObject({ code: 'ENOTFOUND' });
  expect((await fault.check(never)).exposure).toMatchObject({ kind: 'counted', n: 2 });
  await fault.revert(never);
  await dns.promises.lookup('localhost');
});

test('in a run on this process, its own probes look names up as ever', async () => {
  await using upstream = await startUpstream();
  const seen = new Set<string>();
  const results = await new ChaosOrchestrator({ resultsDirectory: null }).runExperiment(
    new ChaosExperiment({
      name: 'No names',
      targetSystem: 'me',
      scenarios: [CHAOS_SCENARIOS.dns_failure.with({ duration: '3s', parameters: { error: 'EAI_AGAIN' } })],
      probes: [
        { name: 'page', http: `http://localhost:${upstream.port}/`, every: '500ms' },
        { name: 'port', tcp: `localhost:${upstream.port}`, every: '500ms' },
        {
          name: 'name',
          check: async () => {
            await dns.promises.lookup('localhost').then(
              () => seen.add('found'),
              (error: NodeJS.ErrnoException) => seen.add(error.code ?? ''),
            );
            return true;
          },
          every: '500ms',
        },
      ],
      successCriteria: { passRate: 0.5 },
      baseline: '2s',
      holdTime: '100ms',
    }),
  );
  expect(results).toMatchObject({
    verdict: 'held',
    scenarios: [
      { backend: 'in-process', evidence: { active: 'yes', measured: { baseline: 0, during: 100 } } },
    ],
    cleanExit: { clean: true },
  });
  expect([...seen].toSorted()).toEqual(['EAI_AGAIN', 'found']);
});
