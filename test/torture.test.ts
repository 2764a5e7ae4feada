import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { decisions } from '../src/model/decide.js';
import { systemClock } from '../src/model/system-clock.js';
import { leftovers } from '../src/undo/leftovers.js';
import { environmentOf, listProcesses } from '../src/undo/process-table.js';
import { cliEntry, CliFolder } from './cli-process.js';
import { hasKernelRules } from './kernel-rules.js';
import { closedPort, never, startUpstream } from './network-servers.js';

/** How chaosx is made to go, with all that it has under way. */
const ways = [
  'SIGKILL',
  'SIGTERM',
  'SIGINT',
  'SIGHUP',
  'closed terminal',
  'SIGKILL, its watchdog too',
] as const;
type Way = (typeof ways)[number];

/** `npm run torture` asks for more; without a number, as many as fit into this time, and no less than these. */
const asked = Number(process.env['CHAOSX_TORTURE_SEEDS'] ?? 0);
const timeMs = 180_000;
const leastSeeds = 40;

/** DESIGN.md §9: nothing is left after this. */
const limitMs = 2_000;
/** What reverts by itself has the limits of its phases; it must not hang. */
const exitLimitMs = 20_000;
/** Starting, the baseline, the injections one after the other, and some time with all faults active. */
const latestMomentMs = 3_500;

const shop = fileURLToPath(new URL('fixtures/shop.mjs', import.meta.url));

const mostFaults = hasKernelRules ? 7 : 6;

/** Every family of faults on one target at once; what stands still comes last, for nothing can be injected into it. */
function experiment(port: number, upstream: number): string {
  const kernel = hasKernelRules
    ? `  - { use: packet_loss, duration: 30s, targetComponents: [stock], parameters: { lossPercent: 20 } }\n`
    : '';
  return `name: Tortured
targetSystem:
  name: shop
  start: ["${process.execPath}", "${shop}"]
  env: { PORT: "${port}", UPSTREAM: "http://127.0.0.1:${upstream}/" }
  ready: { http: "http://127.0.0.1:${port}/" }
  dependencies: { stock: { env: UPSTREAM } }
${hasKernelRules ? `  ownNetwork: { publish: [${port}] }\n` : ''}probes: [{ name: shop, http: "http://127.0.0.1:${port}/", every: 100ms }]
scenarios:
${kernel}  - { use: high_latency, duration: 30s, targetComponents: [stock], parameters: { latencyMs: 50 } }
  - { use: random_exceptions, duration: 30s, parameters: { methods: [http.request], exceptionTypes: [ECONNRESET] } }
  - { use: cpu_spike, duration: 30s, parameters: { cpuPercentage: 20, cores: 1 } }
  - { use: cpu_spike, duration: 30s, parameters: { place: event-loop, cpuPercentage: 20 } }
  - { use: memory_leak, duration: 30s, parameters: { rateMbPerSecond: 10, limitMb: 20 } }
  - { use: process_pause, duration: 30s }
parallel: true
baseline: 200ms
`;
}

/** What a seed's run has on the machine, wherever it may be. */
async function leftOf(folder: CliFolder, port: number): Promise<readonly string[]> {
  const marks = [`CHAOSX_STATE_DIR=${join(folder.path, 'state')}`, `PORT=${port}`];
  const processes = listProcesses()
    .filter(({ pid }) => environmentOf(pid).some((entry) => marks.includes(entry)))
    .map(({ pid, name, state }) => `process ${pid} (${name}, ${state})`);
  const journals = await leftovers({ stateDirectory: join(folder.path, 'state') });
  const receipts = journals.flatMap(({ pending }) => pending.map(({ id, kind }) => `receipt ${kind} ${id}`));
  return [...processes, ...receipts, ...readdirSync(folder.temporary), ...ofKernel(runIdsOf(folder))];
}

/** Each run has a folder of its id. */
function runIdsOf(folder: CliFolder): readonly string[] {
  const results = join(folder.path, 'chaos_results');
  try {
    return readdirSync(results).flatMap((name) => readdirSync(join(results, name)));
  } catch {
    return [];
  }
}

/** Namespaces and tables that are named by a run. */
function ofKernel(runIds: readonly string[]): readonly string[] {
  if (!hasKernelRules) return [];
  const names = [...list('ip', 'netns', 'list').split('\n'), ...list('nft', 'list', 'tables').split('\n')];
  return names.filter((name) => runIds.some((id) => name.replaceAll('_', '-').includes(id)));
}

/** What goes while it is listed is complained about, and not there. */
function list(program: string, ...args: readonly string[]): string {
  return execFileSync(program, args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });
}

function start(folder: CliFolder, way: Way): ChildProcess {
  if (way !== 'closed terminal') return folder.start(['run', 'tortured.yaml']);
  const command = `exec '${process.execPath}' '${cliEntry}' run tortured.yaml`;
  return spawn('script', ['-qefc', command, '/dev/null'], {
    cwd: folder.path,
    env: { ...folder.env, TERM: 'xterm' },
    stdio: ['pipe', 'pipe', 'ignore'],
  });
}

function makeGo(child: ChildProcess, way: Way): void {
  switch (way) {
    case 'SIGKILL':
    case 'SIGTERM':
    case 'SIGINT':
    case 'SIGHUP':
      child.kill(way);
      return;
    case 'closed terminal':
      // Who holds the other end of the terminal is gone at once.
      child.kill('SIGKILL');
      return;
    case 'SIGKILL, its watchdog too': {
      const isWatchdog = ({ pid }: { readonly pid: number }) =>
        environmentOf(pid).some((entry) => entry.startsWith('CHAOSX_WATCHDOG='));
      const watchdog = listProcesses().find((one) => one.parentPid === child.pid && isWatchdog(one));
      if (watchdog !== undefined) process.kill(watchdog.pid, 'SIGKILL');
      child.kill('SIGKILL');
    }
  }
}

interface Aftermath {
  /** What is left, and how it came to be; empty when nothing is. */
  readonly left: readonly string[];
  /** Faults that it said were injected. */
  readonly injected: number;
}

async function torture(seed: number): Promise<Aftermath> {
  const decide = decisions(seed);
  const way = ways[Math.floor(decide('torture', 'way', 0) * ways.length)] ?? 'SIGKILL';
  const momentMs = Math.round(decide('torture', 'moment', 0) * latestMomentMs);
  using folder = new CliFolder();
  await using upstream = await startUpstream();
  const port = await closedPort();
  writeFileSync(join(folder.path, 'tortured.yaml'), experiment(port, upstream.port));
  const child = start(folder, way);
  let said = '';
  for (const stream of [child.stdout, child.stderr])
    stream?.setEncoding('utf8').on('data', (text: string) => {
      said += text;
    });
  await systemClock.sleep(momentMs, never);
  const story = () => `seed ${seed}: ${way} after ${momentMs} ms`;
  if (child.exitCode !== null)
    return { left: [`${story()}: the run had ended by itself: ${said}`], injected: 0 };
  makeGo(child, way);
  const isReverting = way === 'SIGTERM' || way === 'SIGINT' || way === 'SIGHUP';
  try {
    if (child.exitCode === null && child.signalCode === null)
      await once(child, 'exit', { signal: AbortSignal.timeout(exitLimitMs) });
  } catch {
    child.kill('SIGKILL');
    return { left: [`${story()}: it did not end within ${exitLimitMs} ms: ${said}`], injected: 0 };
  }
  if (way === 'SIGKILL, its watchdog too') await folder.run('recover');
  // A closed terminal is noticed by chaosx itself, which then reverts.
  const untilMs = systemClock.nowMs() + (way === 'closed terminal' ? exitLimitMs : limitMs);
  let left = await leftOf(folder, port);
  while (left.length > 0 && systemClock.nowMs() < untilMs) {
    await systemClock.sleep(20, never);
    left = await leftOf(folder, port);
  }
  return {
    left: left.map((what) => `${story()}${isReverting ? ', reverted by itself' : ''}: left ${what}\n${said}`),
    injected: said.split(': injected for').length - 1,
  };
}

test(
  'however chaosx goes, with every family of faults active, nothing is left',
  async () => {
    const startedMs = systemClock.nowMs();
    const isEnough = (seeds: number) =>
      asked > 0 ? seeds >= asked : seeds >= leastSeeds && systemClock.nowMs() - startedMs > timeMs;
    const all: Aftermath[] = [];
    const left = () => all.flatMap((each) => each.left);
    while (!isEnough(all.length) && left().length === 0) all.push(await torture(all.length));
    const tookS = Math.round((systemClock.nowMs() - startedMs) / 1_000);
    const withFaults = all.filter(({ injected }) => injected > 0).length;
    const withAll = all.filter(({ injected }) => injected === mostFaults).length;
    console.log(
      `torture: ${all.length} seeds in ${tookS} s; ${withFaults} had faults active, ${withAll} all ${mostFaults}`,
    );
    expect(left()).toEqual([]);
    // Else nothing was tortured.
    expect(withFaults).toBeGreaterThan(0);
    expect(withAll).toBeGreaterThan(0);
  },
  Math.max(asked * 15_000, 900_000),
);
