import { watchClocks } from '../interpose/time/watched-clocks.js';
import type { AgentFaults } from '../model/agent-link.js';
import { type ArmedInPlace, noSites } from './armed-in-place.js';

/** Changes the clocks of this thread; the agent itself keeps to the real ones. */
export function armClock({ change }: AgentFaults['clock']): ArmedInPlace<'clock'> {
  const watched = watchClocks(change);
  return {
    sites: noSites,
    counts: () => ({ ...watched.sight(), pauses: 0 }),
    disarm: () => watched.revert(),
  };
}
