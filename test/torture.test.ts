import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { decisions } from '../src/model/decide.js';
import { systemClock } from '../src/model/system-clock.js';
import { leftovers } from '../src/undo/leftovers.js';
import { cgroupsOf } from '../src/undo/run-cgroups.js';
import { mountsOf } from '../src/undo/run-mounts.js';
import { environmentOf, listProcesses } from '../src/undo/process-table.js';
import { cliEntry, CliFolder } from './cli-process.js';
import { hasKernelRules } from './kernel-rules.js';
import { closedPort, never, startUpstream } from './network-servers.js';
import { hasOwnDisks, openOwnDisk } from './own-disk.js';
import { type TortureKind, type TortureTarget, tortureTarget } from './torture-target.js';

/** How chaosx is made to go, with all that it has under way. */
const ways = [
  'SIGKILL',
  'SIGTERM',
  'SIGINT',
  'SIGHUP',
  'closed terminal',
  'exit',
  'SIGKILL, its watchdog too',
] as const;
type Way = (typeof ways)[number];

/** `npm run torture` asks for more; without a number, as many as fit into this time, and no less than these. */
const asked = Number(process.env['CHAOSX_TORTURE_SEEDS'] ?? 0);
const timeMs = 180_000;
const leastSeeds = 40;
/** To see one seed again: CHAOSX_TORTURE_FIRST=17 CHAOSX_TORTURE_SEEDS=1. */
const firstSeed = Number(process.env['CHAOSX_TORTURE_FIRST'] ?? 0);

/** DESIGN.md §9: nothing is left after this. */
const limitMs = 2_000;
/** What reverts by itself has the limits of its phases; it must not hang. */
const exitLimitMs = 20_000;
/** When it goes: while it starts and injects one fault after the other, or once all faults are active. */
const moments = { starting: 3_500, 'all active': 1_000 } as const;
/** All faults are active by then, on however busy a machine. */
const activeLimitMs = 20_000;

const kinds: readonly TortureKind[] = ['started', 'running'];
const exiting = fileURLToPath(new URL('fixtures/run-and-exit.mjs', import.meta.url));

/** Every family of faults on one target at once. */
function experiment({ lines, scenarios }: TortureTarget): string {
  return `name: Tortured
${lines}
scenarios:
${scenarios.map((one) => `  - ${one.replace('{ ', '{ duration: 30s, ')}`).join('\n')}
parallel: true
baseline: 200ms
`;
}

/** What a seed's run has on the machine, wherever it may be. */
async function leftOf(folder: CliFolder, target: TortureTarget): Promise<readonly string[]> {
  // All that a run starts has its variables.
  const mark = `CHAOSX_STATE_DIR=${join(folder.path, 'state')}`;
  const processes = listProcesses()
    .filter(({ pid }) => environmentOf(pid).includes(mark))
    .map(({ pid, name, state }) => `process ${pid} (${name}, ${state})`);
  const journals = await leftovers({ stateDirectory: join(folder.path, 'state') });
  const receipts = journals.flatMap(({ pending }) => pending.map(({ id, kind }) => `receipt ${kind} ${id}`));
  const runIds = runIdsOf(folder);
  return [
    ...processes,
    ...receipts,
    ...readdirSync(folder.temporary),
    ...ofKernel(runIds),
    ...(await Promise.all(runIds.map(cgroupsOf))).flat(),
    ...(await Promise.all(runIds.map(mountsOf))).flat(),
    ...(await target.changed()),
  ];
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
  if (way === 'exit')
    return spawn(process.execPath, [exiting, 'tortured.yaml'], {
      cwd: folder.path,
      env: folder.env,
      stdio: ['pipe', 'pipe', 'pipe'],
    });
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
    case 'exit':
      child.stdin?.end();
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
  readonly kind: TortureKind;
  readonly way: Way;
  /** What is left, and how it came to be; empty when nothing is. */
  readonly left: readonly string[];
  /** Faults that it said were injected, of those that it was to inject. */
  readonly injected: number;
  readonly planned: number;
}

async function torture(seed: number, disk: string | null): Promise<Aftermath> {
  const decide = decisions(seed);
  const oneOf = <One>(what: string, all: readonly [One, ...One[]] | readonly One[]): One =>
    all[Math.floor(decide('torture', what, 0) * all.length)] as One;
  const [way, kind] = [oneOf('way', ways), oneOf('kind', kinds)];
  const last = oneOf('last', ['process_pause', 'process_kill'] as const);
  const since = decide('torture', 'since', 0) < 0.5 ? 'starting' : 'all active';
  const momentMs = Math.round(decide('torture', 'moment', 0) * moments[since]);
  using folder = new CliFolder();
  await using upstream = await startUpstream();
  const port = await closedPort();
  await using target = await tortureTarget(kind, { port, upstream: upstream.port, disk, last });
  writeFileSync(join(folder.path, 'tortured.yaml'), experiment(target));
  const child = start(folder, way);
  let said = '';
  for (const stream of [child.stdout, child.stderr])
    stream?.setEncoding('utf8').on('data', (text: string) => {
      said += text;
    });
  const injected = () => said.split(': injected for').length - 1;
  if (since === 'all active') {
    const untilMs = systemClock.nowMs() + activeLimitMs;
    while (injected() < target.scenarios.length && child.exitCode === null && systemClock.nowMs() < untilMs)
      await systemClock.sleep(20, never);
  }
  await systemClock.sleep(momentMs, never);
  const story = `seed ${seed}: ${kind}, ${way} ${momentMs} ms after ${since}`;
  const facts = { kind, way, planned: target.scenarios.length };
  if (child.exitCode !== null)
    return { ...facts, left: [`${story}: the run had ended by itself: ${said}`], injected: 0 };
  makeGo(child, way);
  try {
    if (child.exitCode === null && child.signalCode === null)
      await once(child, 'exit', { signal: AbortSignal.timeout(exitLimitMs) });
  } catch {
    child.kill('SIGKILL');
    return { ...facts, left: [`${story}: it did not end within ${exitLimitMs} ms: ${said}`], injected: 0 };
  }
  if (way === 'SIGKILL, its watchdog too') await folder.run('recover');
  // A closed terminal is noticed by chaosx itself, which then reverts.
  const untilMs = systemClock.nowMs() + (way === 'closed terminal' ? exitLimitMs : limitMs);
  let left = await leftOf(folder, target);
  while (left.length > 0 && systemClock.nowMs() < untilMs) {
    await systemClock.sleep(20, never);
    left = await leftOf(folder, target);
  }
  return {
    ...facts,
    left: left.map((what) => `${story}: left ${what}\n${said}`),
    injected: injected(),
  };
}

test(
  'however chaosx goes, with every family of faults active, nothing is left',
  async () => {
    const startedMs = systemClock.nowMs();
    const isEnough = (seeds: number) =>
      asked > 0 ? seeds >= asked : seeds >= leastSeeds && systemClock.nowMs() - startedMs > timeMs;
    using disk = hasOwnDisks ? openOwnDisk('size=16m') : null;
    const all: Aftermath[] = [];
    const left = () => all.flatMap((each) => each.left);
    while (!isEnough(all.length) && left().length === 0)
      all.push(await torture(all.length + firstSeed, disk?.path ?? null));
    const tookS = Math.round((systemClock.nowMs() - startedMs) / 1_000);
    const withFaults = all.filter(({ injected }) => injected > 0).length;
    const withAll = (kind: TortureKind) =>
      all.filter((one) => one.kind === kind && one.injected === one.planned);
    const parts = kinds.map(
      (kind) =>
        `${withAll(kind).length} all ${all.find((one) => one.kind === kind)?.planned} on a ${kind} one`,
    );
    console.log(
      `torture: ${all.length} seeds in ${tookS} s, ${new Set(all.map(({ way }) => way)).size} ways to go; ${withFaults} had faults active, ${parts.join(', ')}`,
    );
    expect(left()).toEqual([]);
    // Else not much was tortured.
    if (all.length < leastSeeds) return;
    expect(withFaults).toBeGreaterThan(leastSeeds / 4);
    for (const kind of kinds) expect(withAll(kind).length).toBeGreaterThan(0);
  },
  Math.max(asked * 15_000, 900_000),
);
