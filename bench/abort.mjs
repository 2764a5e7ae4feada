// From stop to clean: a run with every family of faults active on one started Node service is aborted, again and again. Until the last
// fault is reverted, and until the run has confirmed that nothing is left (goal: p99 of 200 aborts at most 500 ms).
//   node bench/abort.mjs [--aborts 200]
import { createServer } from 'node:http';
import { once } from 'node:events';
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { CHAOS_SCENARIOS, ChaosExperiment, ChaosOrchestrator, startedTarget } from '../dist/index.js';
import { allFaults } from '../dist/faults/all-faults.js';
import { chooseFault } from '../dist/faults/choose-fault.js';

const { values } = parseArgs({ options: { aborts: { type: 'string', default: '200' } } });
const aborts = Number(values.aborts);
const folder = mkdtempSync(join(tmpdir(), 'chaosx-abort-'));
const shop = fileURLToPath(new URL('../test/fixtures/shop.mjs', import.meta.url));
const isRoot = process.geteuid?.() === 0;

const upstream = createServer((_request, response) => response.end('stock')).listen(0, '127.0.0.1');
await once(upstream, 'listening');
const { high_latency, packet_loss, random_exceptions, cpu_spike, memory_leak, process_pause } =
  CHAOS_SCENARIOS;
const { cpu_quota, memory_limit, pid_limit } = CHAOS_SCENARIOS;
const { disk_full, disk_slow, fd_exhaustion, time_skew, state_corruption, race_condition, deadlock } =
  CHAOS_SCENARIOS;
const disk = join(folder, 'disk');
mkdirSync(disk);
if (isRoot) execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=16m', 'tmpfs', disk]);
const brief = { duration: 60 };
const onStock = { ...brief, targetComponents: ['stock'] };
const scenarios = [
  // By the kernel, where the target has a network of its own.
  ...(isRoot ? [packet_loss.with({ ...onStock, parameters: { lossPercent: 20 } })] : []),
  high_latency.with({ ...onStock, parameters: { latencyMs: 50 } }),
  random_exceptions.with({
    ...brief,
    parameters: { methods: ['http.request'], exceptionTypes: ['ECONNRESET'] },
  }),
  cpu_spike.with({ ...brief, parameters: { cpuPercentage: 20, cores: 1 } }),
  cpu_spike.with({ ...brief, parameters: { place: 'event-loop', cpuPercentage: 20 } }),
  memory_leak.with({ ...brief, parameters: { rateMbPerSecond: 10, limitMb: 20 } }),
  ...(isRoot ? [disk_full.with({ ...brief, parameters: { path: disk, fillPercent: 90 } })] : []),
  disk_slow.with({ ...brief, parameters: { delayMs: 5 } }),
  time_skew.with(brief),
  state_corruption.with({ ...brief, parameters: { on: ['messages'] } }),
  race_condition.with({ ...brief, parameters: { places: ['io', 'timers'] } }),
  fd_exhaustion.with({ ...brief, parameters: { spare: 50 } }),
  ...(await makeableHere(
    cpu_quota.with({ ...brief, parameters: { cores: 1 } }),
    memory_limit.with({ ...brief, parameters: { spareMb: 200 } }),
    pid_limit.with({ ...brief, parameters: { spare: 50 } }),
  )),
  deadlock.with({ ...brief, parameters: { kind: 'block-event-loop' } }),
  // Nothing can be injected into what stands still.
  process_pause.with(brief),
];

async function abortOnce() {
  const port = await freePort();
  const experiment = new ChaosExperiment({
    name: 'Aborted',
    targetSystem: {
      name: 'shop',
      start: [process.execPath, shop],
      env: { PORT: String(port), UPSTREAM: `http://127.0.0.1:${upstream.address().port}/` },
      ready: { http: `http://127.0.0.1:${port}/` },
      dependencies: { stock: { env: 'UPSTREAM' } },
      ...(isRoot && { ownNetwork: { publish: [port] } }),
    },
    scenarios,
    parallel: true,
    probes: [{ name: 'shop', http: `http://127.0.0.1:${port}/`, every: '100ms' }],
    baseline: '100ms',
    successCriteria: { passRate: 0 },
  });
  const stop = new AbortController();
  let [active, stoppedAt, revertedAt] = [0, 0, 0];
  const onEvent = (event) => {
    if (event.type === 'fault-injected') active += 1;
    if (event.type === 'fault-reverted') revertedAt = performance.now();
    if (event.type === 'fault-failed') throw new Error(event.message);
    if (active === scenarios.length && stoppedAt === 0) {
      stoppedAt = -1;
      setTimeout(() => {
        stoppedAt = performance.now();
        stop.abort();
      }, 50);
    }
  };
  const orchestrator = new ChaosOrchestrator({
    resultsDirectory: null,
    stateDirectory: join(folder, 'state'),
  });
  const results = await orchestrator.runExperiment(experiment, undefined, { signal: stop.signal, onEvent });
  const cleanAt = performance.now();
  if (results.cleanExit?.clean !== true) throw new Error(JSON.stringify(results.cleanExit));
  if (stoppedAt <= 0) throw new Error(`ended before it was stopped: ${results.reason}`);
  return { revertedMs: revertedAt - stoppedAt, cleanMs: cleanAt - stoppedAt };
}

/** Control groups are not mounted everywhere. */
async function makeableHere(...all) {
  const target = startedTarget({ name: 'shop', start: [process.execPath, shop] });
  const choices = await Promise.all(all.map((one) => chooseFault(allFaults, one, target)));
  return all.filter((_, index) => choices[index].possible);
}

async function freePort() {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address();
  server.close();
  await once(server, 'close');
  return port;
}

const took = [];
try {
  for (let n = 0; n < aborts; n += 1) took.push(await abortOnce());
} finally {
  if (isRoot) execFileSync('umount', ['--lazy', disk]);
}
const line = (what, key) => {
  const sorted = took.map((one) => one[key]).toSorted((a, b) => a - b);
  const at = (share) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))].toFixed(0);
  console.log(`${what}: median ${at(0.5)} ms, p99 ${at(0.99)} ms, most ${at(1)} ms`);
};
console.log(`${aborts} aborts with ${scenarios.length} faults active`);
line('stop to the last fault reverted', 'revertedMs');
line('stop to confirmed clean (goal: p99 500 ms)', 'cleanMs');
rmSync(folder, { recursive: true, force: true });
upstream.close();
