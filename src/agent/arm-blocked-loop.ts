import { BlockedLoop } from '../interpose/deadlock/blocked-loop.js';
import type { AgentFaults } from '../model/agent-link.js';
import { ChaosError } from '../model/chaos-error.js';
import { agentFactsIn, leaseFileIn, leaseMs, readAgentFacts } from './agent-directory.js';
import { type ArmedInPlace, type ArmOptions, noSites } from './armed-in-place.js';

/**
 * Has the event loop of this thread stand still. The agent hears nothing then: a thread beside it looks in the agent
 * directory whether the controller still holds the fault.
 *
 * @throws ChaosError INJECTION_FAILED when that thread could not look there, or may not be started
 */
export function armBlockedLoop(
  { by, activeMs, expiresAt }: AgentFaults['blocked-loop'],
  { directory, faultId }: Pick<ArmOptions, 'directory' | 'faultId'>,
): ArmedInPlace<'blocked-loop'> {
  const factsFile = agentFactsIn(directory);
  if (readAgentFacts(directory) === null) {
    throw new ChaosError(
      'INJECTION_FAILED',
      `expected to be able to read ${factsFile}, which says when it is over`,
      {
        hint: 'a process that gave up rights since its start cannot be blocked safely: start it as the user that it runs as',
      },
    );
  }
  const lease = { leaseFile: leaseFileIn(directory), leaseMs, factsFile, faultId };
  const loop = open(() => new BlockedLoop({ by, activeMs, expiresAt, lease, forSignals: false }));
  let inPlace = 1;
  loop.watching.catch(() => {
    inPlace = 0;
  });
  return {
    sites: noSites,
    counts: () => ({ inPlace, stoodStillMs: loop.stoodStillMs, pauses: 0 }),
    disarm() {
      loop.release();
      inPlace = 0;
    },
  };
}

function open(start: () => BlockedLoop): BlockedLoop {
  try {
    return start();
  } catch (error) {
    throw new ChaosError(
      'INJECTION_FAILED',
      `the thread that is to end the block could not be started: ${String(error)}`,
      {
        hint: 'with --permission, allow threads: --allow-worker',
      },
    );
  }
}
