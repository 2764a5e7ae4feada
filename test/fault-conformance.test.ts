import childProcess, { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import fs, { readdirSync, readFileSync } from 'node:fs';
import { subscribe } from 'node:diagnostics_channel';
import dns from 'node:dns';
import http, { get, request } from 'node:http';
import https, { get as secureGet, request as secureRequest } from 'node:https';
import net from 'node:net';
import { tmpdir } from 'node:os';
import { fileURLToPath } from 'node:url';
import type { Worker } from 'node:worker_threads';
import { describe, test } from 'vitest';
import { allFaults } from '../src/faults/all-faults.js';
import { applicationFaults } from '../src/faults/application/index.js';
import { bandwidthOnRunning } from '../src/faults/network/bandwidth-on-running.js';
import { connectionRateOnRunning } from '../src/faults/network/connection-rate-on-running.js';
import { dnsOnRunning } from '../src/faults/network/dns-on-running.js';
import { networkFaults } from '../src/faults/network/index.js';
import { bandwidthOnOwnNetwork } from '../src/faults/network/kernel/bandwidth-on-own-network.js';
import { canShape } from '../src/faults/network/kernel/can-shape.js';
import { connectionRateOnAddress } from '../src/faults/network/kernel/connection-rate-on-address.js';
import { connectionRateOnOwnNetwork } from '../src/faults/network/kernel/connection-rate-on-own-network.js';
import { latencyOnOwnNetwork } from '../src/faults/network/kernel/latency-on-own-network.js';
import { lossOnAddress } from '../src/faults/network/kernel/loss-on-address.js';
import { lossOnOwnNetwork } from '../src/faults/network/kernel/loss-on-own-network.js';
import { partitionOnAddress } from '../src/faults/network/kernel/partition-on-address.js';
import { partitionOnOwnNetwork } from '../src/faults/network/kernel/partition-on-own-network.js';
import { latencyOnRunning } from '../src/faults/network/latency-on-running.js';
import { lossOnRunning } from '../src/faults/network/loss-on-running.js';
import { partitionOnRunning } from '../src/faults/network/partition-on-running.js';
import { resetOnRunning } from '../src/faults/network/reset-on-running.js';
import { residentBytes } from '../src/faults/resource/resident-bytes.js';
import { resourceFaults } from '../src/faults/resource/index.js';
import type { ReceiptLog } from '../src/faults/injection.js';
import { loopUse, loopUseSince } from '../src/interpose/loop-use.js';
import type { Backend, Fault } from '../src/model/fault.js';
import type { NetworkRoute } from '../src/model/network.js';
import type { Scenario } from '../src/model/scenario.js';
import { systemClock } from '../src/model/system-clock.js';
import { CHAOS_SCENARIOS } from '../src/scenarios/chaos-scenarios.js';
import { addressTarget } from '../src/targets/address-target.js';
import { inProcessTarget } from '../src/targets/in-process-target.js';
import { listenersOf } from '../src/targets/attach/find-inspector.js';
import { frontedTarget } from '../src/targets/fronted-target.js';
import { openFront } from '../src/targets/open-front.js';
import { openRunning } from '../src/targets/open-running.js';
import { openTarget } from '../src/targets/open-target.js';
import { runningTarget } from '../src/targets/running-target.js';
import { startedTarget } from '../src/targets/started-target.js';
import { thisProcessTarget } from '../src/targets/this-process-target.js';
import {
  type ConformanceRig,
  conformanceRunId,
  type ConformanceSubject,
  faultConformance,
} from '../src/testing/fault-conformance.js';
import { nftTablesOf } from '../src/undo/nft.js';
import { findMarkedProcesses } from '../src/undo/run-processes.js';
import { hasKernelRules } from './kernel-rules.js';
import { closedPort, never, startUpstream } from './network-servers.js';

const thisFile = fileURLToPath(import.meta.url);
/** Far above what an undisturbed call takes here, far below what the faults below add. */
const feltMs = 400;
const latency = CHAOS_SCENARIOS.high_latency.with({ parameters: { latencyMs: 700 } });
// Every packet is lost at least once, so that each round trip is felt.
const loss = CHAOS_SCENARIOS.packet_loss.with({ parameters: { lossPercent: 100 } });
const drop = CHAOS_SCENARIOS.network_partition;
// 200 bytes a second: an answer of the service, some 150 bytes behind its request, takes longer than is felt.
const narrow = CHAOS_SCENARIOS.bandwidth.with({ parameters: { kilobytesPerSecond: 0.2 } });
const reset = CHAOS_SCENARIOS.connection_reset.with({ parameters: { resetRate: 1 } });
// One in ten seconds: of two connections, the second is refused.
const rationed = CHAOS_SCENARIOS.connection_rate.with({ parameters: { perSecond: 0.1 } });
const noNames = CHAOS_SCENARIOS.dns_failure;
const megabyte = 1_048_576;
const buffersBefore = process.memoryUsage().arrayBuffers;
const refuse = CHAOS_SCENARIOS.network_partition.with({ parameters: { mode: 'refuse' } });

/** Two kernel faults make each scenario: they are told apart by their names. */
const kernelFaults = {
  lossOnAddress,
  partitionOnAddress,
  lossOnOwnNetwork,
  partitionOnOwnNetwork,
  bandwidthOnOwnNetwork,
  latencyOnOwnNetwork,
  connectionRateOnAddress,
  connectionRateOnOwnNetwork,
};
const [htb, netem] = hasKernelRules
  ? [await canShape('bandwidth'), await canShape('latency')]
  : [{ supported: false }, { supported: false }];
// 250 bytes a second: the packets of an exchange wait longer than is felt, those of a look less than it may take.
const narrowLink = CHAOS_SCENARIOS.bandwidth.with({ parameters: { kilobytesPerSecond: 0.25 } });

const subjects: readonly (readonly [name: string, subject: ConformanceSubject])[] = [
  ['exceptions before', inObjects('EXCEPTION_INJECTION', CHAOS_SCENARIOS.random_exceptions)],
  [
    'exceptions after',
    inObjects(
      'EXCEPTION_INJECTION',
      CHAOS_SCENARIOS.random_exceptions.with({ parameters: { moment: 'after' } }),
    ),
  ],
  ['null', inObjects('NULL_INJECTION', CHAOS_SCENARIOS.null_injection)],
  ['corrupted answers', inObjects('STATE_CORRUPTION', CHAOS_SCENARIOS.state_corruption)],
  ['slow', inObjects('SLOW_RESPONSE', CHAOS_SCENARIOS.slow_method.with({ parameters: { delayMs: 700 } }))],
  ['busy CPUs', onThisMachine(CHAOS_SCENARIOS.cpu_spike, 'host', hasBusyThread)],
  [
    'a busy event loop',
    onThisMachine(
      CHAOS_SCENARIOS.cpu_spike.with({ parameters: { place: 'event-loop', cpuPercentage: 90 } }),
      'in-process',
      async () => (await loopShare()) > 0.6,
    ),
  ],
  [
    'growing memory',
    onThisMachine(
      CHAOS_SCENARIOS.memory_leak.with({ parameters: { rateMbPerSecond: 400, limitMb: 60 } }),
      'in-process',
      async () => (await buffersAfter(300)) > 40 * megabyte,
    ),
  ],
  [
    'a busy event loop in a started process',
    resourceInAgent(
      CHAOS_SCENARIOS.cpu_spike.with({ parameters: { place: 'event-loop', cpuPercentage: 90 } }),
      isBusy,
    ),
  ],
  [
    'growing memory in a started process',
    resourceInAgent(
      CHAOS_SCENARIOS.memory_leak.with({ parameters: { rateMbPerSecond: 500, limitMb: 120 } }),
      isBig,
    ),
  ],
  ['latency on a dependency', onStarted(latency, 'proxy')],
  ['loss on a dependency', onStarted(loss, 'proxy')],
  ['bandwidth on a dependency', onStarted(narrow, 'proxy')],
  ['resets on a dependency', onStarted(reset, 'proxy')],
  ['rationed connections to a dependency', onStarted(rationed, 'proxy')],
  ['drop on a dependency', onStarted(drop, 'proxy')],
  ['refuse on a dependency', onStarted(refuse, 'proxy')],
  ['latency in front of an address', inFront(latency)],
  ['drop in front of an address', inFront(drop)],
  ['refuse in front of an address', inFront(refuse)],
  ['latency on a started process', onStarted(latency, 'agent')],
  ['loss on a started process', onStarted(loss, 'agent')],
  ['bandwidth on a started process', onStarted(narrow, 'agent')],
  ['resets on a started process', onStarted(reset, 'agent')],
  ['rationed connections of a started process', onStarted(rationed, 'agent')],
  ['no names for a started process', onStarted(noNames, 'agent')],
  ['drop on a started process', onStarted(drop, 'agent')],
  ['refuse on a started process', onStarted(refuse, 'agent')],
  ['latency on a running process', onRunning(latency, latencyOnRunning)],
  ['loss on a running process', onRunning(loss, lossOnRunning)],
  ['bandwidth on a running process', onRunning(narrow, bandwidthOnRunning)],
  ['resets on a running process', onRunning(reset, resetOnRunning)],
  ['few connections of a running process', onRunning(rationed, connectionRateOnRunning)],
  ['no names for a running process', onRunning(noNames, dnsOnRunning)],
  ['drop on a running process', onRunning(drop, partitionOnRunning)],
  ['refuse on a running process', onRunning(refuse, partitionOnRunning)],
  [
    'exceptions of http in a running process',
    onRunning(
      CHAOS_SCENARIOS.random_exceptions.with({
        parameters: { injectionRate: 1, exceptionTypes: ['ECONNRESET'], methods: ['http.request'] },
      }),
      faultOf(applicationFaults, 'EXCEPTION_INJECTION', 'agent'),
    ),
  ],
  ['latency on this process', onThisProcess(latency, 'latency-on-this-process', 'latencyOnThisProcess')],
  ['loss on this process', onThisProcess(loss, 'loss-on-this-process', 'lossOnThisProcess')],
  ['bandwidth on this process', onThisProcess(narrow, 'bandwidth-on-this-process', 'bandwidthOnThisProcess')],
  ['resets on this process', onThisProcess(reset, 'reset-on-this-process', 'resetOnThisProcess')],
  [
    'rationed connections of this process',
    onThisProcess(rationed, 'connection-rate-on-this-process', 'connectionRateOnThisProcess'),
  ],
  ['no names for this process', onThisProcess(noNames, 'dns-on-this-process', 'dnsOnThisProcess')],
  ['drop on this process', onThisProcess(drop, 'partition-on-this-process', 'partitionOnThisProcess')],
  ['refuse on this process', onThisProcess(refuse, 'partition-on-this-process', 'partitionOnThisProcess')],
  ['exceptions of fetch', onPlatform('fetch', {}, askedByFetch)],
  ['exceptions of fetch after', onPlatform('fetch', { moment: 'after' }, askedByFetch)],
  ['exceptions of http', onPlatform('http.request', {}, isSlowOrBroken)],
  ['exceptions of http after', onPlatform('http.request', { moment: 'after' }, isSlowOrBroken)],
  ['exceptions of net', onPlatform('net.connect', {}, askedBySocket)],
  ['exceptions of net after', onPlatform('net.connect', { moment: 'after' }, askedBySocket)],
  ['exceptions of all calls of the platform', onPlatform('*', {}, askedByFetch)],
  ['slow fetch', onPlatform('fetch', { delayMs: 700 }, isSlowFetch, 'slow_method')],
  ['slow http', onPlatform('http.request', { delayMs: 700 }, isSlowOrBroken, 'slow_method')],
  ['slow net', onPlatform('net.connect', { delayMs: 700 }, isSlowOrBroken, 'slow_method')],
  ['exceptions of fs', onPlatform('fs.*', { paths: [thisFile] }, async () => (await bytesRead()) === -1)],
  [
    'exceptions of dns',
    onPlatform('dns.*', { exceptionTypes: ['ENOTFOUND'] }, async () => !(await isKnown())),
  ],
  [
    'exceptions of child_process',
    onPlatform('child_process.*', { exceptionTypes: ['EAGAIN'] }, async () => !(await runs())),
  ],
  [
    'slow fs',
    onPlatform(
      'fs.*',
      { delayMs: 700, paths: [thisFile] },
      async () => (await msToRead()) > 600,
      'slow_method',
    ),
  ],
  [
    'short reads',
    onPlatform('fs.*', { paths: [thisFile] }, async () => (await bytesRead()) < 1000, 'short_read'),
  ],
  ...(['before', 'after'] as const).flatMap(
    (moment) =>
      [
        [
          `answers to fetch ${moment}`,
          onPlatform(
            'fetch',
            { moment },
            async (port) => (await fetch(at(port))).status === 503,
            'http_error',
          ),
        ],
        [
          `answers to http ${moment}`,
          onPlatform(
            'http.request',
            { moment },
            async (port) => (await statusOf(port)) === 503,
            'http_error',
          ),
        ],
      ] as const,
  ),
  ['exceptions of http in a started process', inAgent('http.request', {})],
  ['exceptions of http after in a started process', inAgent('http.request', { moment: 'after' })],
  ['exceptions of all calls in a started process', inAgent('*', {})],
  ['exceptions of fs in a started process', inAgent('fs.*', { exceptionTypes: ['EIO'] })],
  ['slow http in a started process', inAgent('http.request', { delayMs: 700 }, 'slow_method')],
  ['answers to http in a started process', inAgent('http.request', {}, 'http_error')],
  ['short reads in a started process', inAgent('fs.read', {}, 'short_read')],
  ['exceptions of modules in a started process', inModules(CHAOS_SCENARIOS.random_exceptions)],
  ['null of modules in a started process', inModules(CHAOS_SCENARIOS.null_injection)],
  ['corrupted answers of modules in a started process', inModules(CHAOS_SCENARIOS.state_corruption)],
  [
    'slow modules in a started process',
    inModules(CHAOS_SCENARIOS.slow_method.with({ parameters: { delayMs: 700 } })),
  ],
  ...(hasKernelRules
    ? ([
        ['loss at an address', atAddress(loss, 'loss-on-address', 'lossOnAddress')],
        ['drop at an address', atAddress(drop, 'partition-on-address', 'partitionOnAddress')],
        [
          'rationed connections to an address',
          atAddress(rationed, 'connection-rate-on-address', 'connectionRateOnAddress'),
        ],
        [
          'rationed connections in its own network',
          inOwnNetwork(rationed, 'connection-rate-on-own-network', 'connectionRateOnOwnNetwork'),
        ],
        ['loss in its own network', inOwnNetwork(loss, 'loss-on-own-network', 'lossOnOwnNetwork')],
        ['drop in its own network', inOwnNetwork(drop, 'partition-on-own-network', 'partitionOnOwnNetwork')],
        [
          'refuse in its own network',
          inOwnNetwork(refuse, 'partition-on-own-network', 'partitionOnOwnNetwork'),
        ],
        ...(htb.supported
          ? ([
              [
                'bandwidth in its own network',
                inOwnNetwork(narrowLink, 'bandwidth-on-own-network', 'bandwidthOnOwnNetwork'),
              ],
            ] as const)
          : []),
        ...(netem.supported
          ? ([
              [
                'latency in its own network',
                inOwnNetwork(latency, 'latency-on-own-network', 'latencyOnOwnNetwork'),
              ],
            ] as const)
          : []),
        ['refuse at an address', atAddress(refuse, 'partition-on-address', 'partitionOnAddress')],
      ] as const)
    : []),
];

describe.each(subjects)('%s', (_name, subject) => {
  for (const { name, run } of faultConformance(subject)) test(name, run);
});

test('every fault of the package has a subject', ({ expect }) => {
  const covered = new Set(subjects.map(([, { fault }]) => fault));
  const impossible = new Set<unknown>([
    ...(hasKernelRules ? [] : Object.values(kernelFaults)),
    ...(htb.supported ? [] : [bandwidthOnOwnNetwork]),
    // Most kernels of containers have no netem.
    ...(netem.supported ? [] : [latencyOnOwnNetwork]),
  ]);
  const expected = allFaults.filter((fault) => !impossible.has(fault));
  expect(expected.filter((fault) => !covered.has(fault))).toEqual([]);
});

function faultOf(faults: readonly Fault[], type: string, backend: string): Fault {
  const fault = faults.find((one) => one.type === type && one.backend === backend);
  if (fault === undefined) throw new Error(`no fault makes ${type} by ${backend}`);
  return fault;
}

function inObjects(
  type: string,
  base: { with(changes: { parameters: object }): Scenario },
): ConformanceSubject {
  return {
    fault: faultOf(allFaults, type, 'in-process'),
    scenario: base.with({ parameters: { injectionRate: 1 } }),
    async setUp(): Promise<ConformanceRig> {
      class Database {
        async query(id: string) {
          return { id };
        }
        get size() {
          return 1;
        }
      }
      const database = new Database();
      return {
        target: inProcessTarget('shop', { database, clients: { current: { read: () => 1 } } }),
        async feelsFault() {
          const startedAt = systemClock.nowMs();
          const answer = await database.query('a').catch(() => null);
          return answer?.id !== 'a' || systemClock.nowMs() - startedAt > feltMs;
        },
        fingerprint: async () => [
          Object.getOwnPropertyDescriptors(database),
          Object.getOwnPropertyDescriptors(Database.prototype),
        ],
        [Symbol.asyncDispose]: async () => undefined,
      };
    },
  };
}

type PlatformScenario = 'random_exceptions' | 'http_error' | 'slow_method' | 'short_read';

function onPlatformAlways(id: PlatformScenario, method: string, parameters: object): Scenario {
  const base: { with(changes: { parameters: object }): Scenario } = CHAOS_SCENARIOS[id];
  const errors = id === 'random_exceptions' ? { exceptionTypes: ['ECONNRESET'] } : {};
  return base.with({ parameters: { injectionRate: 1, methods: [method], ...errors, ...parameters } });
}

function onPlatform(
  method: string,
  parameters: object,
  isBroken: (port: number) => Promise<boolean>,
  id: PlatformScenario = 'random_exceptions',
): ConformanceSubject {
  const scenario = onPlatformAlways(id, method, parameters);
  return {
    fault: faultOf(applicationFaults, scenario.scenarioType, 'in-process'),
    scenario,
    async setUp(): Promise<ConformanceRig> {
      const upstream = await startUpstream();
      return {
        target: thisProcessTarget('shop'),
        feelsFault: () => isBroken(upstream.port),
        fingerprint: async () => [
          Object.getOwnPropertyDescriptor(globalThis, 'fetch'),
          Object.getOwnPropertyDescriptors(http),
          Object.getOwnPropertyDescriptors(https),
          Object.getOwnPropertyDescriptors(net.Socket.prototype),
          Object.getOwnPropertyDescriptors(fs),
          Object.getOwnPropertyDescriptors(fs.promises),
          Object.getOwnPropertyDescriptors(dns),
          Object.getOwnPropertyDescriptors(dns.promises),
          Object.getOwnPropertyDescriptors(childProcess),
          Object.getOwnPropertyDescriptors(childProcess.ChildProcess.prototype),
          Object.getOwnPropertyDescriptor(http.Server.prototype, 'emit'),
          [request, get, secureRequest, secureGet],
        ],
        [Symbol.asyncDispose]: () => upstream[Symbol.asyncDispose](),
      };
    },
  };
}

/** Of a file that is longer; -1: it cannot be read. */
async function bytesRead(): Promise<number> {
  const handle = await fs.promises.open(thisFile).catch(() => null);
  if (handle === null) return -1;
  try {
    return (await handle.read(Buffer.alloc(1000), 0, 1000, 0)).bytesRead;
  } catch {
    return -1;
  } finally {
    await handle.close();
  }
}

async function isKnown(): Promise<boolean> {
  return dns.promises.lookup('localhost').then(
    () => true,
    () => false,
  );
}

async function runs(): Promise<boolean> {
  return once(spawn('true'), 'exit').then(
    () => true,
    () => false,
  );
}

async function msToRead(): Promise<number> {
  const from = systemClock.nowMs();
  await fs.promises.readFile(thisFile);
  return systemClock.nowMs() - from;
}

const at = (port: number) => `http://127.0.0.1:${port}/`;

async function isSlowFetch(port: number): Promise<boolean> {
  const from = systemClock.nowMs();
  await (await fetch(at(port))).text();
  return systemClock.nowMs() - from > feltMs;
}

async function statusOf(port: number): Promise<number | undefined> {
  const [response] = (await once(get(at(port)), 'response')) as [http.IncomingMessage];
  response.resume();
  return response.statusCode;
}

async function askedByFetch(port: number): Promise<boolean> {
  return fetch(`http://127.0.0.1:${port}/`).then(
    (answer) => answer.text().then(() => false),
    () => true,
  );
}

async function askedBySocket(port: number): Promise<boolean> {
  const socket = net.connect(port, '127.0.0.1');
  const failed = await once(socket, 'connect').then(
    () => false,
    () => true,
  );
  socket.destroy();
  return failed;
}

function onThisMachine(
  scenario: Scenario,
  backend: Backend,
  feelsFault: () => Promise<boolean>,
): ConformanceSubject {
  return {
    fault: faultOf(resourceFaults, scenario.scenarioType, backend),
    scenario,
    setUp: async () => ({
      target: thisProcessTarget('shop'),
      feelsFault,
      fingerprint: async () => workersAlive,
      [Symbol.asyncDispose]: async () => undefined,
    }),
  };
}

/** Threads of Node in this process; it may start others of its own at any time, which are nobody's fault. */
let workersAlive = 0;
subscribe('worker_threads', (message) => {
  workersAlive += 1;
  (message as { readonly worker: Worker }).worker.once('exit', () => {
    workersAlive -= 1;
  });
});

/**
 * True when a thread beside this one is busy in two looks, one after the other: garbage collection beside this thread may
 * take as much time, but not as long, nor in one thread. A busy one gets 0.3 of a CPU also where others are busy too.
 */
async function hasBusyThread(): Promise<boolean> {
  return (await busiestThread()) > 0.3 && (await busiestThread()) > 0.3;
}

/** What the busiest thread of this process but the first one uses, in CPUs. */
async function busiestThread(): Promise<number> {
  const from = threadTimesMs();
  const startedAt = systemClock.nowMs();
  await systemClock.sleep(300, never);
  const tookMs = systemClock.nowMs() - startedAt;
  const used = [...threadTimesMs()].map(([thread, ms]) => ms - (from.get(thread) ?? ms));
  return Math.max(0, ...used) / tookMs;
}

/** Milliseconds that each thread but the first one ran, by its id. */
function threadTimesMs(): ReadonlyMap<string, number> {
  const times = new Map<string, number>();
  for (const thread of readdirSync('/proc/self/task')) {
    if (thread === String(process.pid)) continue;
    try {
      const [ranNs] = readFileSync(`/proc/self/task/${thread}/schedstat`, 'utf8').split(' ');
      times.set(thread, Number(ranNs) / 1e6);
    } catch {
      // It ended meanwhile.
    }
  }
  return times;
}

/** How busy the event loop is while nothing is to be done. */
async function loopShare(): Promise<number> {
  const from = loopUse();
  await systemClock.sleep(400, never);
  const { busyMs, idleMs } = loopUseSince(from);
  return busyMs / (busyMs + idleMs);
}

/** Memory outside of the heap beyond what this process held when the tests began. */
async function buffersAfter(ms: number): Promise<number> {
  await systemClock.sleep(ms, never);
  return process.memoryUsage().arrayBuffers - buffersBefore;
}

function onThisProcess(scenario: Scenario, file: string, name: string): ConformanceSubject {
  return {
    fault: faultOf(networkFaults, scenario.scenarioType, 'in-process'),
    scenario,
    module: { url: new URL(`../dist/faults/network/${file}.js`, import.meta.url), name },
    async setUp(): Promise<ConformanceRig> {
      const server = http.createServer((_request, response) => response.end('here'));
      server.listen(0, '127.0.0.1');
      await once(server, 'listening');
      const { port } = server.address() as net.AddressInfo;
      return {
        target: thisProcessTarget('shop'),
        feelsFault: () => feels(scenario, port, hostFor(scenario)),
        fingerprint: async () => [
          Object.getOwnPropertyDescriptor(net.Socket.prototype, 'connect'),
          Object.getOwnPropertyDescriptor(dns, 'lookup'),
          Object.getOwnPropertyDescriptor(dns.promises, 'lookup'),
          await findMarkedProcesses(conformanceRunId),
          proxyDirectories(),
        ],
        async [Symbol.asyncDispose]() {
          server.closeAllConnections();
          server.close();
          await once(server, 'close');
        },
      };
    },
  };
}

function atAddress(scenario: Scenario, file: string, name: keyof typeof kernelFaults): ConformanceSubject {
  return {
    fault: kernelFaults[name],
    scenario,
    module: { url: new URL(`../dist/faults/network/kernel/${file}.js`, import.meta.url), name },
    async setUp(): Promise<ConformanceRig> {
      const upstream = await startUpstream();
      const { port } = upstream;
      return {
        target: addressTarget({ name: 'stock', address: `127.0.0.1:${port}` }),
        feelsFault: () => feels(scenario, port),
        fingerprint: () => nftTablesOf(conformanceRunId, never),
        [Symbol.asyncDispose]: () => upstream[Symbol.asyncDispose](),
      };
    },
  };
}

let rigs = 0;

/** A service that asks another: by the proxy between them when that is declared, else by the agent in it. */
function onStarted(scenario: Scenario, backend: 'proxy' | 'agent'): ConformanceSubject {
  return {
    fault: faultOf(networkFaults, scenario.scenarioType, backend),
    scenario,
    setUp: () => startedRig(backend, scenario),
  };
}

/** Calls of the platform in a service that asks another, made to fail by the agent in it. */
function inAgent(
  method: string,
  parameters: object,
  id: PlatformScenario = 'random_exceptions',
): ConformanceSubject {
  const scenario = onPlatformAlways(id, method, parameters);
  return {
    fault: faultOf(applicationFaults, scenario.scenarioType, 'agent'),
    scenario,
    setUp: () => startedRig('agent', scenario),
  };
}

/** A resource of the service's process, used up by the agent in it; seen from outside in /proc. */
function resourceInAgent(scenario: Scenario, isFelt: (pid: number) => boolean): ConformanceSubject {
  return {
    fault: faultOf(resourceFaults, scenario.scenarioType, 'agent'),
    scenario,
    async setUp() {
      const rig = await startedRig('agent', scenario);
      const pid = rig.target.kind === 'started' ? rig.target.running?.process.pid : undefined;
      if (pid === undefined) throw new Error('the service does not run');
      return {
        ...rig,
        feelsFault: async () => isFelt(pid),
        async feelsFaultAfterSilence(silentMs) {
          // Blocks this process, whose timers then renew no lease.
          waitBlocking(silentMs);
          return isFelt(pid);
        },
      };
    },
  };
}

function waitBlocking(ms: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms);
}

/** Above what the service uses by itself, below what 90 % of a CPU that is shared with other tests come to. */
function isBusy(pid: number): boolean {
  const cpuTicks = () => {
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8')
      .replace(/^.*\) /, '')
      .split(' ');
    return Number(fields[11]) + Number(fields[12]);
  };
  const from = cpuTicks();
  waitBlocking(600);
  return cpuTicks() - from > 12;
}

/** Above what the service takes by itself. */
function isBig(pid: number): boolean {
  waitBlocking(400);
  return (residentBytes(pid) ?? 0) > 140 * megabyte;
}

/** Functions of the modules of a service. */
function inModules(base: {
  with(changes: { parameters: object; targetComponents: readonly string[] }): Scenario;
}): ConformanceSubject {
  const scenario = base.with({ parameters: { injectionRate: 1 }, targetComponents: ['src/*.mjs'] });
  return { fault: faultOf(allFaults, scenario.scenarioType, 'agent'), scenario, setUp: modulesRig };
}

/** What the service answers by itself. */
const storedText = '{"key":"a","rows":3}';

async function modulesRig(): Promise<ConformanceRig> {
  rigs += 1;
  const runId = `conformance-rig-${process.pid}-${rigs}`;
  const port = await closedPort();
  const spec = {
    name: 'service',
    start: [process.execPath, 'server.mjs'],
    cwd: fileURLToPath(new URL('fixtures/store-service/', import.meta.url)),
    env: { PORT: String(port) },
    ready: { http: `http://127.0.0.1:${port}/` },
  };
  const open = await openTarget(startedTarget(spec), spec, {
    runId,
    bootId: 'conformance',
    expiresAt: systemClock.wallMs() + 600_000,
    journal: noJournal,
    clock: systemClock,
    outputPath: null,
    agent: { redirectsOutgoing: false, modules: ['src/*.mjs'] },
    signal: never,
  });
  const ask = `
    (async () => {
      const startedAt = performance.now();
      const response = await fetch('http://127.0.0.1:${port}/query');
      const { answer } = await response.json();
      return JSON.stringify(answer) !== '${storedText}' || performance.now() - startedAt > ${feltMs};
    })()`;
  return {
    target: open.target,
    async feelsFault() {
      const startedAt = systemClock.nowMs();
      const response = await fetch(`http://127.0.0.1:${port}/query`);
      const { answer } = (await response.json()) as { answer?: object | null };
      return JSON.stringify(answer) !== storedText || systemClock.nowMs() - startedAt > feltMs;
    },
    async feelsFaultAfterSilence(silentMs) {
      // Waiting for another program blocks this process, whose timers then renew no lease.
      const script = `setTimeout(() => ${ask}.then((felt) => console.log(felt)), ${silentMs})`;
      return execFileSync(process.execPath, ['-e', script], { encoding: 'utf8' }).trim() === 'true';
    },
    fingerprint: () => findMarkedProcesses(runId),
    [Symbol.asyncDispose]: () => open[Symbol.asyncDispose](),
  };
}

/** In a network of its own: rules in its router, seen from outside by their table. */
function inOwnNetwork(scenario: Scenario, file: string, name: keyof typeof kernelFaults): ConformanceSubject {
  return {
    fault: kernelFaults[name],
    scenario,
    module: { url: new URL(`../dist/faults/network/kernel/${file}.js`, import.meta.url), name },
    setUp: () => startedRig('kernel', scenario),
  };
}

/** A service that was there before; the agent is attached to it. */
function onRunning(scenario: Scenario, fault: Fault): ConformanceSubject {
  return { fault, scenario, setUp: () => runningRig(scenario) };
}

async function runningRig(scenario: Scenario): Promise<ConformanceRig> {
  rigs += 1;
  const runId = `conformance-rig-${process.pid}-${rigs}`;
  const [upstreamPort, port] = [await closedPort(), await closedPort()];
  const upstream = await startService(upstreamPort, '');
  const service = await startService(port, `${hostFor(scenario)}:${upstreamPort}`);
  const stopBoth = async () => {
    await service.stop();
    await upstream.stop();
  };
  const open = await openRunning(runningTarget({ name: 'service', pid: service.pid }), {
    runId,
    bootId: 'conformance',
    expiresAt: systemClock.wallMs() + 600_000,
    journal: noJournal,
    clock: systemClock,
    outputPath: null,
    agent: { redirectsOutgoing: true, modules: [] },
    signal: never,
  }).catch(async (error: unknown) => {
    await stopBoth();
    throw error;
  });
  // As the probes of a run do: it connects through the proxy before the fault.
  await isSlowOrBroken(port);
  return {
    target: open.target,
    feelsFault: () => feels(scenario, port),
    feelsFaultAfterSilence: (silentMs) => Promise.resolve(isFeltAfterSilence(port, silentMs)),
    fingerprint: async () => [await findMarkedProcesses(runId), service.listeners()],
    async [Symbol.asyncDispose]() {
      await open[Symbol.asyncDispose]();
      await stopBoth();
    },
  };
}

async function startService(port: number, upstream: string) {
  const program = fileURLToPath(new URL('fixtures/asks-upstream.mjs', import.meta.url));
  const service = spawn(process.execPath, ['--inspect-port=0', program], {
    env: { ...process.env, UPSTREAM: upstream, PORT: String(port) },
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  await once(service.stdout, 'data');
  const pid = service.pid ?? 0;
  return {
    pid,
    listeners: () => listenersOf(pid).map(({ address }) => address.port),
    async stop() {
      service.kill();
      await once(service, 'exit');
    },
  };
}

async function startedRig(
  backend: 'proxy' | 'agent' | 'kernel',
  scenario: Scenario,
): Promise<ConformanceRig> {
  const ownNetwork = backend === 'kernel';
  rigs += 1;
  const runId = `conformance-rig-${process.pid}-${rigs}`;
  const program = fileURLToPath(new URL('fixtures/asks-upstream.mjs', import.meta.url));
  const [upstreamPort, port] = [await closedPort(), await closedPort()];
  const upstream = spawn(process.execPath, [program], {
    env: { ...process.env, UPSTREAM: '', PORT: String(upstreamPort) },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const stopUpstream = async () => {
    upstream.kill();
    await once(upstream, 'exit');
  };
  await once(upstream.stdout, 'data');
  const spec = {
    name: 'service',
    start: [process.execPath, program],
    env: { PORT: String(port), UPSTREAM: `${hostFor(scenario)}:${upstreamPort}` },
    ready: { http: `http://127.0.0.1:${port}/` },
    ...(backend !== 'agent' && { dependencies: { upstream: { env: 'UPSTREAM' } } }),
    ...(ownNetwork && { ownNetwork: { publish: [port] } }),
  };
  const open = await openTarget(startedTarget(spec), spec, {
    runId,
    bootId: 'conformance',
    expiresAt: systemClock.wallMs() + 600_000,
    journal: noJournal,
    clock: systemClock,
    outputPath: null,
    ...(backend === 'agent' && { agent: { redirectsOutgoing: true, modules: [] } }),
    signal: never,
  }).catch(async (error: unknown) => {
    await stopUpstream();
    throw error;
  });
  await untilQuiet([...(open.target.running?.routes.values() ?? [])]);
  return {
    target: open.target,
    feelsFault: () => feels(scenario, port),
    feelsFaultAfterSilence: (silentMs) => Promise.resolve(isFeltAfterSilence(port, silentMs)),
    fingerprint: async () => [await findMarkedProcesses(runId), routerRules(runId, ownNetwork)],
    async [Symbol.asyncDispose]() {
      await open[Symbol.asyncDispose]();
      await stopUpstream();
    },
  };
}

/** Waiting for another program blocks this process, whose timers then renew no lease. */
function isFeltAfterSilence(port: number, silentMs: number): boolean {
  const script = `
    setTimeout(() => {
      const startedAt = Date.now();
      const say = (ok) => console.log(ok && Date.now() - startedAt < ${feltMs} ? 'fine' : 'felt');
      require('node:http').get({ port: ${port}, host: '127.0.0.1', agent: false }, (answer) => { answer.resume(); say(answer.statusCode === 200); }).on('error', () => say(false));
    }, ${silentMs});`;
  return execFileSync(process.execPath, ['-e', script], { encoding: 'utf8' }).trim() === 'felt';
}

/** In front of two addresses, of which one is to be broken: the other must never feel it. */
function inFront(scenario: Scenario & { with(changes: object): Scenario }): ConformanceSubject {
  return {
    fault: faultOf(networkFaults, scenario.scenarioType, 'proxy'),
    scenario: scenario.with({ targetComponents: ['broken'] }),
    async setUp() {
      rigs += 1;
      // A program of its own: what is silent for the lease's sake must not silence it.
      const program = fileURLToPath(new URL('fixtures/asks-upstream.mjs', import.meta.url));
      const [upstreamPort, port, otherPort] = [await closedPort(), await closedPort(), await closedPort()];
      const upstream = spawn(process.execPath, [program], {
        env: { ...process.env, UPSTREAM: '', PORT: String(upstreamPort) },
        stdio: ['ignore', 'pipe', 'inherit'],
      });
      await once(upstream.stdout, 'data');
      const address = `127.0.0.1:${upstreamPort}`;
      const target = frontedTarget({
        name: 'stores',
        fronts: {
          broken: { address, listen: `127.0.0.1:${port}` },
          whole: { address, listen: `127.0.0.1:${otherPort}` },
        },
      });
      const front = await openFront(target, {
        runId: `conformance-front-${process.pid}-${rigs}`,
        bootId: 'conformance',
        expiresAt: systemClock.wallMs() + 600_000,
        journal: noJournal,
        clock: systemClock,
        outputPath: null,
        signal: never,
      });
      // As in a baseline: somebody is there to be met.
      await isSlowOrBroken(port);
      return {
        target: { ...target, routes: front.routes },
        feelsFault: () => feels(scenario, port),
        feelsFaultAfterSilence: (silentMs) => Promise.resolve(isFeltAfterSilence(port, silentMs)),
        fingerprint: async () => ({ isOtherBroken: await feels(scenario, otherPort) }),
        async [Symbol.asyncDispose]() {
          await front.stop(AbortSignal.timeout(10_000));
          upstream.kill();
          await once(upstream, 'exit');
        },
      };
    },
  };
}

function routerRules(runId: string, ownNetwork: boolean): readonly string[] {
  if (!ownNetwork) return [];
  const router = `/run/netns/chaosx-${runId}-router`;
  const inRouter = (...command: readonly string[]) =>
    execFileSync('nsenter', [`--net=${router}`, '--', ...command], { encoding: 'utf8' });
  return [
    inRouter('nft', 'list', 'tables'),
    inRouter('tc', 'qdisc', 'show'),
    ...['up0', 'down0'].map((link) => inRouter('tc', 'class', 'show', 'dev', link)),
  ];
}

const noJournal: ReceiptLog = {
  record: async () => undefined,
  amend: async () => undefined,
  done: async () => undefined,
};

/** Where names are what breaks, a name. */
function hostFor({ scenarioType }: Scenario): string {
  return scenarioType === 'DNS_FAILURE' ? 'localhost' : '127.0.0.1';
}

/** Where connections are rationed, it takes two to feel it. */
async function feels({ scenarioType }: Scenario, port: number, host?: string): Promise<boolean> {
  return (
    (await isSlowOrBroken(port, host)) ||
    (scenarioType === 'CONNECTION_RATE' && (await isSlowOrBroken(port, host)))
  );
}

/** Waits up to 2 s until connections from before are closed: a fault meets those that are open. */
async function untilQuiet(routes: readonly NetworkRoute[]): Promise<void> {
  const untilMs = systemClock.nowMs() + 2_000;
  while (systemClock.nowMs() < untilMs) {
    const stats = await Promise.all(routes.map((route) => route.stats(never)));
    if (stats.every(({ openConnections }) => openConnections === 0)) return;
    await systemClock.sleep(20, never);
  }
}

/** Asks on a fresh connection; slow, refused and silent are all felt. */
function isSlowOrBroken(port: number, host = '127.0.0.1'): Promise<boolean> {
  return new Promise((resolve) => {
    const startedAt = systemClock.nowMs();
    const asked = http.get({ host, port, agent: false, timeout: 1_000 }, (answer) => {
      answer.on('end', () => resolve(answer.statusCode !== 200 || systemClock.nowMs() - startedAt > feltMs));
      answer.on('error', () => resolve(true));
      answer.resume();
    });
    asked.on('timeout', () => asked.destroy(new Error('silent')));
    asked.on('error', () => resolve(true));
  });
}

function proxyDirectories(): readonly string[] {
  return readdirSync(tmpdir()).filter(
    (name) => name.startsWith('chaosx-') && name.includes(conformanceRunId),
  );
}
