import type { AgentCounts, AgentFaultKind } from '../model/agent-link.js';
import type { HandlerCount } from '../model/handler.js';
import { sumHandlers } from '../model/sum-handlers.js';
import type { PlaceCounts } from './protocol.js';

const nothing: AgentCounts = {
  calls: {
    inPlace: 0,
    waiting: 0,
    leftOut: 0,
    matched: 0,
    fired: 0,
    felt: 0,
    feltMs: 0,
    taggedRequests: 0,
    malformedTags: 0,
    standing: 0,
    changedSince: 0,
    waits: [],
    pauses: 0,
  },
  'event-loop': { inPlace: 0, busyMs: 0, idleMs: 0, busyBeforeMs: 0, idleBeforeMs: 0, pauses: 0 },
  state: { inPlace: 0, written: 0, changedSince: 0, pauses: 0 },
  'blocked-loop': { inPlace: 0, stoodStillMs: 0, pauses: 0 },
  memory: { inPlace: 0, heldBytes: 0, stopped: 0, pauses: 0 },
  handlers: { inPlace: 0, handlers: [], leftOut: 0, outOfReach: [], pauses: 0 },
  clock: {
    inPlace: 0,
    shared: 0,
    wallAheadMs: 0,
    wallAheadBeforeMs: 0,
    monotonicAheadMs: 0,
    realWallMs: 0,
    realNowMs: 0,
    timerSpeed: 0,
    timersSeen: 0,
    wallReads: 0,
    monotonicReads: 0,
    timersSet: 0,
    keptFromBefore: 0,
    stoodBy: 0,
    pauses: 0,
  },
};

/** What is there only as long as the place is. */
const presentOnly: ReadonlySet<string> = new Set([
  'inPlace',
  'waiting',
  'leftOut',
  'heldBytes',
  'standing',
  'waits',
  'shared',
  'wallAheadMs',
  'wallAheadBeforeMs',
  'monotonicAheadMs',
  'realWallMs',
  'realNowMs',
  'timerSpeed',
  'timersSeen',
  'keptFromBefore',
  'stoodBy',
]);

/** Of a fault that nothing was seen of yet. */
export function noCounts(kind: AgentFaultKind): PlaceCounts {
  return nothing[kind];
}

/** A number, or a list. */
type Count = number | readonly unknown[];

/** @param b - of the same kind of fault */
export function sumCounts(a: PlaceCounts, b: PlaceCounts): PlaceCounts {
  const more = b as unknown as Readonly<Record<string, Count>>;
  return mapped(a, (key, count) =>
    key === 'handlers'
      ? sumHandlers([...(count as HandlerCount[]), ...(more[key] as HandlerCount[])])
      : sum(count, more[key]),
  );
}

/** What counts on of a place that the fault is no longer in. */
export function countsOfEarlier(counts: PlaceCounts): PlaceCounts {
  return mapped(counts, (key, count) => (presentOnly.has(key) ? (isList(count) ? [] : 0) : count));
}

function sum(a: Count, b: Count | undefined): Count {
  if (isList(a)) return isList(b) ? [...a, ...b] : a;
  return isList(b) ? a : a + (b ?? 0);
}

function isList(count: Count | undefined): count is readonly unknown[] {
  return Array.isArray(count);
}

function mapped(counts: PlaceCounts, change: (key: string, count: Count) => Count): PlaceCounts {
  const entries = Object.entries(counts) as (readonly [string, Count])[];
  return Object.fromEntries(
    entries.map(([key, count]) => [key, change(key, count)]),
  ) as unknown as PlaceCounts;
}
