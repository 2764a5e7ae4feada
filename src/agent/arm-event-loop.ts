import { loadEventLoop } from '../interpose/event-loop-load.js';
import { loopUse, loopUseSince } from '../interpose/loop-use.js';
import type { AgentFaults } from '../model/agent-link.js';
import { type ArmedInPlace, noSites } from './armed-in-place.js';

/** Keeps the event loop of this thread busy; between stretches the agent hears its controller. */
export function armEventLoop({ share }: AgentFaults['event-loop']): ArmedInPlace<'event-loop'> {
  const before = loopUse();
  const load = loadEventLoop(share);
  let inPlace = 1;
  return {
    sites: noSites,
    counts: () => ({
      inPlace,
      ...loopUseSince(before),
      busyBeforeMs: before.busyMs,
      idleBeforeMs: before.idleMs,
      pauses: 0,
    }),
    disarm() {
      load.stop();
      inPlace = 0;
    },
  };
}
