import { existsSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { planAgentDirectory } from '../agent/agent-directory.js';
import { timeLimit } from '../model/time-limit.js';
import { planProxyDirectory } from '../proxy/proxy-directory.js';
import { sharedClockFiles } from '../undo/faked-clock.js';
import { nftTablesOf } from '../undo/nft.js';
import { readProcess } from '../undo/process-table.js';
import { isMissingJournal, readUndoJournal } from '../undo/read-undo-journal.js';
import { findMarkedProcesses } from '../undo/run-processes.js';
import { targetNetworkNames } from '../undo/target-network-names.js';
import { stateFolder } from '../undo/state-directory.js';
import type { StateOptions } from '../undo/state-directory.js';

const toolLimitMs = 5_000;

export interface FindLeftoversOptions extends StateOptions {
  readonly runId: string;
}

/**
 * Everything of a run that is still there, a sentence each: processes that carry its mark, directories of its proxies and agents,
 * its tables of nftables, its namespaces, receipts that are not done. Empty when the run left nothing. Changes nothing.
 *
 * @throws ChaosError UNSAFE or STORAGE_FAILED when the state directory or the journal may not be trusted or read
 */
export async function findLeftovers(options: FindLeftoversOptions): Promise<readonly string[]> {
  const [processes, directories, tables, networks, receipts] = await Promise.all([
    markedProcesses(options.runId),
    ownDirectories(options.runId),
    nftTables(options.runId),
    targetNetworks(options.runId),
    pendingReceipts(options),
  ]);
  return [...processes, ...directories, ...tables, ...networks, ...receipts];
}

async function markedProcesses(runId: string): Promise<readonly string[]> {
  const marked = await findMarkedProcesses(runId);
  return marked.flatMap(({ pid }) => {
    const entry = readProcess(pid);
    return entry === null ? [] : [`process ${pid} (${entry.name}) is running`];
  });
}

async function ownDirectories(runId: string): Promise<readonly string[]> {
  const planned = planProxyDirectory(runId);
  const agents = planAgentDirectory(runId);
  const clock = planProxyDirectory(runId, 'clock');
  const folder = dirname(planned);
  // Faults name theirs by injection, which begins with the run's id.
  const isOfRun = (name: string) =>
    name === basename(planned) ||
    name === basename(agents) ||
    name === basename(clock) ||
    (name.startsWith(`chaosx-${runId}-`) && name.endsWith('-proxy'));
  const names = (await readdir(folder).catch(missingIsEmpty)).filter(isOfRun);
  const { semaphore, memory } = sharedClockFiles(clock);
  return [
    ...names.sort().map((name) => `directory ${join(folder, name)} is there`),
    ...[semaphore, memory].filter((path) => existsSync(path)).map((path) => `${path} is there`),
  ];
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
