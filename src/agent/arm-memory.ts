import { isMainThread } from 'node:worker_threads';
import { startLeak } from '../interpose/memory-leak.js';
import type { AgentFaults } from '../model/agent-link.js';
import { type ArmedInPlace, noSites } from './armed-in-place.js';

/** Has this process grow. */
export function armMemory({ leak: parameters }: AgentFaults['memory']): ArmedInPlace<'memory'> {
  const leak = isMainThread ? startLeak(parameters) : null;
  let inPlace = leak === null ? 0 : 1;
  return {
    sites: noSites,
    counts: () => ({
      inPlace,
      heldBytes: leak?.heldBytes ?? 0,
      stopped: leak === null || leak.stoppedAt === null ? 0 : 1,
      pauses: 0,
    }),
    disarm() {
      leak?.release();
      inPlace = 0;
    },
  };
}
