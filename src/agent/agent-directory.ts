import fs from 'node:fs';
import { join } from 'node:path';
import type { AgentFault } from '../model/agent-link.js';
import { systemClock } from '../model/system-clock.js';
import { planProxyDirectory } from '../proxy/proxy-directory.js';

// As they are before any fault.
const { readdirSync, readFileSync, statSync, writeFileSync } = fs;

/** Names the agent directory to the agents in a target: all that they are told by their environment. */
export const agentVariable = 'CHAOSX_AGENT';

/** Agents put everything back when they have not heard from their controller for so long. */
export const leaseMs = 1_500;

/** What agents find in their directory; it and all in it are readable by this user alone. */
export interface AgentFacts {
  readonly token: string;
  /** Where the run's proxy dials for the target's outgoing connections. */
  readonly dialSocket?: string;
  /** The target's modules whose functions may be hit: patterns of functions or files below `root`. */
  readonly modules?: { readonly root: string; readonly patterns: readonly string[] };
  /** The target's modules whose handlers of errors count: patterns of files below `root`. */
  readonly handlers?: { readonly root: string; readonly patterns: readonly string[] };
  /** Functions of the clocks are in place before the target's own code, for faults that may change them later. */
  readonly clocks?: true;
  /** Processes that only start the tests of a suite are left alone. */
  readonly sparesLaunchers?: true;
  /** Those that are armed now, for agents that come meanwhile. */
  readonly faults: readonly NamedFault[];
}

export interface NamedFault {
  readonly id: string;
  readonly fault: AgentFault;
}

/** The directory in which the agents of a run find their controller, known before it is made so that receipts can name it. */
export function planAgentDirectory(runId: string): string {
  return planProxyDirectory(runId, 'agent');
}

/** Where the controller listens. */
export function agentSocketIn(directory: string): string {
  return join(directory, 'agent.sock');
}

export function agentFactsIn(directory: string): string {
  return join(directory, 'agent.json');
}

/** The file whose time of change says when the controller was last alive, to whom cannot listen. */
export function leaseFileIn(directory: string): string {
  return join(directory, 'lease');
}

/** What the controller says to agents; null when there is none. */
export function readAgentFacts(directory: string): AgentFacts | null {
  try {
    return JSON.parse(readFileSync(agentFactsIn(directory), 'utf8')) as AgentFacts;
  } catch {
    return null;
  }
}

/** True while the controller renews the lease file, as far as this process may look. */
export function isLeaseFresh(directory: string): boolean {
  try {
    return systemClock.wallMs() - statSync(leaseFileIn(directory)).mtimeMs < leaseMs;
  } catch (error) {
    // A service that gave up its user's rights since hears of the controller by its socket alone.
    return (error as NodeJS.ErrnoException).code === 'EACCES';
  }
}

/**
 * Takes the next number for a thread of the target, in the order of their coming, without asking anybody: what it
 * decides from its first call on hangs on that number.
 *
 * @throws Error when the directory is gone or cannot be written to
 */
export function claimPlace(directory: string): number {
  const isPlace = (name: string) => name.startsWith('place-');
  for (let number = readdirSync(directory).filter(isPlace).length; ; number += 1) {
    try {
      writeFileSync(join(directory, `place-${number}`), String(process.pid), { flag: 'wx', mode: 0o600 });
      return number;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    }
  }
}
