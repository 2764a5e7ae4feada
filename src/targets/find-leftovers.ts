import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { planAgentDirectory } from '../agent/agent-directory.js';
import { timeLimit } from '../model/time-limit.js';
import { planProxyDirectory } from '../proxy/proxy-directory.js';
import { sharedClockFiles } from '../undo/faked-clock.js';
import { nftTablesOf } from '../undo/nft.js';
import { readProcess } from '../undo/process-table.js';
import { isMissingJournal, readUndoJournal } from '../undo/read-undo-journal.js';
import { cgroupsOf } from '../undo/run-cgroups.js';
import { mountsOf } from '../undo/run-mounts.js';
import { findMarkedProcesses } from '../undo/run-processes.js';
import { targetNetworkNames } from '../undo/target-network-names.js';
import { stateFolder } from '../undo/state-directory.js';
import type { StateOptions } from '../undo/state-directory.js';

const toolLimitMs = 5_000;

export interface FindLeftoversOptions extends StateOptions {
  readonly runId: string;
}

/** Things on the machine by what they are, a sentence each. */
export type Inventory = Readonly<Record<string, readonly string[]>>;

/**
 * Everything of a run that is there now, by what it is: whatever bears its mark or its name, and receipts that are not
 * done. All is empty when the run left nothing. Changes nothing.
 *
 * @throws ChaosError UNSAFE or STORAGE_FAILED when the state directory or the journal may not be trusted or read
 */
export async function thingsOfRun(options: FindLeftoversOptions): Promise<Inventory> {
  const { runId } = options;
  const [receipts, processes, directories, sockets, tables, networks, cgroups, mounts] = await Promise.all([
    pendingReceipts(options),
    markedProcesses(runId),
    ownDirectories(runId),
    ownSockets(runId),
    nftTables(runId),
    targetNetworks(runId),
    cgroupsOf(runId),
    mountsOf(runId),
  ]);
  return {
    'processes with the mark of this run': processes,
    'directories of proxies and agents': directories,
    'Unix sockets': sockets,
    nftables: tables,
    'network namespaces, with links and queues': networks,
    cgroups: cgroups.map((path) => `cgroup ${path} is there`),
    mounts: mounts.map((path) => `${path} is mounted`),
    receipts,
  };
}

/** The same as one list, for a single question. */
export async function findLeftovers(options: FindLeftoversOptions): Promise<readonly string[]> {
  return Object.values(await thingsOfRun(options)).flat();
}

async function markedProcesses(runId: string): Promise<readonly string[]> {
  const marked = await findMarkedProcesses(runId);
  return marked.flatMap(({ pid }) => {
    const entry = readProcess(pid);
    return entry === null ? [] : [`process ${pid} (${entry.name}) is running`];
  });
}

/**
 * Says of a name in the folder for such directories whether it is of that run. One of a proxy that lets connections end
 * which are not ours to cut is not left behind: it goes with the last of them.
 */
function isDirectoryOf(runId: string): (name: string) => boolean {
  const planned = [
    planProxyDirectory(runId),
    planAgentDirectory(runId),
    planProxyDirectory(runId, 'clock'),
  ].map((path) => basename(path));
  // Faults name theirs by injection, which begins with the run's id.
  return (name) => planned.includes(name) || (name.startsWith(`chaosx-${runId}-`) && name.endsWith('-proxy'));
}

async function ownDirectories(runId: string): Promise<readonly string[]> {
  const folder = dirname(planProxyDirectory(runId));
  const names = (await readdir(folder).catch(missingIsEmpty)).filter(isDirectoryOf(runId));
  const { semaphore, memory } = sharedClockFiles(planProxyDirectory(runId, 'clock'));
  return [
    ...names.sort().map((name) => `directory ${join(folder, name)} is there`),
    ...[semaphore, memory].filter((path) => existsSync(path)).map((path) => `${path} is there`),
  ];
}

/** Somebody may hold one open whose directory is gone. */
async function ownSockets(runId: string): Promise<readonly string[]> {
  const isOfRun = isDirectoryOf(runId);
  const paths = (await readFile('/proc/net/unix', 'latin1').catch(() => ''))
    .split('\n')
    .map((line) => line.slice(line.indexOf('/')))
    .filter((path) => isOfRun(basename(dirname(path))));
  return [...new Set(paths)].map((path) => `socket ${path} is open`);
}

async function nftTables(runId: string): Promise<readonly string[]> {
  using within = timeLimit(toolLimitMs);
  const names = await nftTablesOf(runId, within.signal);
  return names.map((name) => `nft table inet ${name} is there`);
}

async function targetNetworks(runId: string): Promise<readonly string[]> {
  const { name, router, link } = targetNetworkNames(runId);
  const namespaces = await readdir('/run/netns').catch(missingIsEmpty);
  return [
    ...[name, router]
      .filter((netns) => namespaces.includes(netns))
      .map((netns) => `network namespace ${netns} is there`),
    ...(existsSync(`/sys/class/net/${link}`) ? [`network interface ${link} is there`] : []),
  ];
}

function missingIsEmpty(error: unknown): readonly string[] {
  if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
  throw error;
}

async function pendingReceipts(options: FindLeftoversOptions): Promise<readonly string[]> {
  const path = join(await stateFolder('undo', options), `${options.runId}.jsonl`);
  try {
    const { pending } = await readUndoJournal(path);
    return pending.map(({ id, kind }) => `receipt ${id} (${kind}) is not done`);
  } catch (error) {
    if (isMissingJournal(error)) return [];
    throw error;
  }
}
