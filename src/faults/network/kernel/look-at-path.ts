import type { Exposure } from '../../../model/evidence.js';
import type { Address } from '../../../model/network.js';
import { attemptsFor, rateSighting, refusedPercent } from '../connection-rate-effect.js';
import { plural } from '../counted.js';
import type { Sighting } from '../network-effect.js';
import type { RuleCounts } from './rule-counts.js';
import type { PacketFault } from './rule-set.js';
import type { ConnectSample, SampleConnects } from './sample-connects.js';

/** Attempts of one look at loss. At 10 % each way, all of them come through undisturbed once in 560 looks. */
const attempts = 30;
/** The first packet of a connection is sent again after a second. */
const stalledMs = 900;
const lossWaitMs = 2_000;
/** Less likely than this, that no attempt stalls is no chance but no loss. */
const chance = 0.001;
/** A place that answers at all answers far sooner. */
const partitionWaitMs = 500;

type Outcome = ConnectSample['outcome'];

/** Whether a place answered at all before the fault, and how fast in ms. */
export interface PlaceBefore {
  readonly outcome: Outcome;
  readonly tookMs: number;
}

/** One attempt before the fault. */
export async function lookBefore(
  sample: SampleConnects,
  place: Address,
  signal: AbortSignal,
): Promise<PlaceBefore> {
  const [one] = await sample(place, { attempts: 1, waitMs: lossWaitMs, signal });
  return one ?? { outcome: 'silent', tookMs: lossWaitMs };
}

/** Is the fault active, seen by connections of the checker's own that meet the same rules. */
export function lookAtPath(
  fault: PacketFault,
  sample: SampleConnects,
  place: Address,
  before: PlaceBefore,
  signal: AbortSignal,
): Promise<Sighting> {
  switch (fault.type) {
    case 'loss':
      return lookAtLoss(fault.lossRate, sample, place, before, signal);
    case 'connection-rate':
      return lookAtRate(fault, sample, place, before, signal);
    case 'drop':
    case 'refuse':
      return lookAtPartition(fault, sample, place, before, signal);
  }
}

async function lookAtRate(
  rate: Extract<PacketFault, { readonly type: 'connection-rate' }>,
  sample: SampleConnects,
  place: Address,
  before: PlaceBefore,
  signal: AbortSignal,
): Promise<Sighting> {
  const tried = await sample(place, { attempts: attemptsFor(rate), waitMs: lossWaitMs, signal });
  return rateSighting(rate, refusedPercent([before]), tried);
}

async function lookAtLoss(
  lossRate: number,
  sample: SampleConnects,
  place: Address,
  before: PlaceBefore,
  signal: AbortSignal,
): Promise<Sighting> {
  const all = await sample(place, { attempts, waitMs: lossWaitMs, signal });
  const stalled = all.filter(({ outcome, tookMs }) => outcome === 'silent' || tookMs >= stalledMs).length;
  const undisturbed = (1 - lossRate) ** (2 * attempts);
  const couldTell = before.outcome !== 'silent';
  return {
    active: !couldTell ? 'unknown' : stalled > 0 ? 'yes' : undisturbed < chance ? 'no' : 'unknown',
    measured: {
      quantity: 'connects that stalled for a retransmission',
      unit: '%',
      baseline: couldTell && before.tookMs < stalledMs ? 0 : 100,
      during: (100 * stalled) / attempts,
      expected: `${percent(lossRate)} of packets lost, each way`,
    },
  };
}

async function lookAtPartition(
  fault: Extract<PacketFault, { readonly type: 'drop' | 'refuse' }>,
  sample: SampleConnects,
  place: Address,
  before: PlaceBefore,
  signal: AbortSignal,
): Promise<Sighting> {
  const [one] = await sample(place, { attempts: 1, waitMs: partitionWaitMs, signal });
  const asked = fault.type === 'refuse' ? 'refused' : 'silent';
  const outcome = one?.outcome ?? 'silent';
  return {
    active: partitionIsActive(asked, outcome, before.outcome),
    measured: {
      quantity: 'time to connect',
      unit: 'ms',
      baseline: before.outcome === 'silent' ? null : before.tookMs,
      during: outcome === 'connected' ? (one?.tookMs ?? null) : null,
      expected: fault.type === 'refuse' ? 'connections refused' : `no answer within ${partitionWaitMs} ms`,
    },
  };
}

/** What was so before the fault proves nothing; what is as it was before is not broken. */
function partitionIsActive(asked: Outcome, now: Outcome, before: Outcome): Sighting['active'] {
  if (before === asked) return 'unknown';
  if (now === asked) return 'yes';
  return now === before ? 'no' : 'unknown';
}

/** What of the target's own packets the rules took; null when the rules are gone. */
export function packetExposure(fault: PacketFault, counts: RuleCounts | null): Exposure {
  if (counts === null) return { kind: 'unknown', why: 'something else removed the rules, and their counts' };
  const { met, hit } = counts;
  if (fault.type === 'connection-rate')
    return { kind: 'counted', n: hit, what: `new ${plural(hit, 'connection')} refused` };
  const done = fault.type === 'refuse' ? 'refused' : 'dropped';
  return { kind: 'counted', n: hit, what: `${plural(hit, 'packet')} ${done} of ${met} that passed` };
}

function percent(rate: number): string {
  return `${Math.round(rate * 10_000) / 100} %`;
}
