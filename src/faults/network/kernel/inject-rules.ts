import { ChaosError } from '../../../model/chaos-error.js';
import type { Evidence } from '../../../model/evidence.js';
import type { ActiveFault, FaultContext } from '../../../model/fault.js';
import type { Receipt } from '../../../model/receipt.js';
import { timeoutSignal } from '../../../model/timeout-signal.js';
import { findNetns } from '../../../undo/network-namespace.js';
import { runNft } from '../../../undo/nft.js';
import { undoNftTable } from '../../../undo/undo-nft-table.js';
import { lookUntilBack } from '../../look-until-back.js';
import { isBackAt } from '../is-back-at.js';
import type { Sighting } from '../network-effect.js';
import { lookAtPath, lookBefore, packetExposure, type PlaceBefore } from './look-at-path.js';
import type { NamedPath } from './packet-path.js';
import { ruleCounts } from './rule-counts.js';
import { type PacketFault, ruleSetScript } from './rule-set.js';
import type { SampleConnects, SamplePorts } from './sample-connects.js';
import { samplerPorts } from './sampler-ports.js';

/** Time for taking the table away after a failed inject. */
const cleanUpMs = 5_000;
export interface RulesToMake {
  readonly fault: PacketFault;
  /** What each path is called, for people. */
  readonly paths: readonly NamedPath[];
  /** Makes the sampler that takes the target's path, from ports of its own. */
  readonly sampler: (ports: SamplePorts) => SampleConnects;
}

/** Makes the table of an injection, whole or not at all: one script is one transaction. */
export async function injectRules(
  { fault, paths, sampler }: RulesToMake,
  receipt: Receipt,
  context: FaultContext,
): Promise<ActiveFault> {
  if (receipt.kind !== 'nft-table')
    throw new ChaosError('INTERNAL', `expected the receipt of a table, got ${receipt.kind}`);
  const { table } = receipt;
  const { signal } = context;
  const netns = findNetns(receipt.netns);
  const ports = samplerPorts(context);
  const sample = sampler(ports);
  const before: PlaceBefore[] = [];
  for (const { path } of paths) before.push(await lookBefore(sample, path.place, signal));
  const takeAway = (undoSignal: AbortSignal) => undoNftTable(receipt, undoSignal);
  try {
    const script = ruleSetScript({ table, paths: paths.map(({ path }) => path), fault, samplerPorts: ports });
    const { code, stderr } = await runNft(['--file', '-'], script, {
      netns,
      runId: context.runId,
      signal,
    });
    if (code !== 0) {
      throw new ChaosError('INJECTION_FAILED', `expected nft to make the table ${table}: ${stderr.trim()}`);
    }
    signal.throwIfAborted();
  } catch (error) {
    await takeAway(timeoutSignal(cleanUpMs));
    throw error;
  }
  const lookAtAll = (lookSignal: AbortSignal) =>
    Promise.all(
      paths.map(async ({ component, path }, index) => ({
        component,
        sighting: await lookAtPath(fault, sample, path.place, before[index] ?? silent, lookSignal),
      })),
    );
  const rulesLeft = (lookSignal: AbortSignal) => ruleCounts(table, { netns, signal: lookSignal });
  return {
    async check(checkSignal): Promise<Evidence> {
      const looks = await lookAtAll(checkSignal);
      // The path where it shows least decides.
      const { sighting, component } = firstOf(['no', 'unknown', 'yes'], looks);
      const where = looks.length > 1 ? ` on ${component}` : '';
      const counts = await rulesLeft(checkSignal);
      return {
        active: sighting.active,
        measured: { ...sighting.measured, expected: `${sighting.measured.expected}${where}` },
        exposure: packetExposure(fault, counts),
      };
    },
    revert: takeAway,
    checkAfter: (afterSignal) =>
      lookUntilBack(
        async (lookSignal) => {
          // The path where most of it is left decides.
          const { sighting } = firstOf(['yes', 'unknown', 'no'], await lookAtAll(lookSignal));
          const after = sighting.measured.during;
          if (isBackAt(sighting)) return { back: 'yes', after };
          // A place that does not answer any more may have reasons of its own: it is ours only while the rules are there.
          const isOurs = sighting.active === 'yes' && (await rulesLeft(lookSignal)) !== null;
          return { back: isOurs ? 'no' : 'unknown', after };
        },
        context.clock,
        afterSignal,
      ),
  };
}

interface Look {
  readonly component: string;
  readonly sighting: Sighting;
}

/** The first look that says the first of these, else the second, else the last. */
function firstOf(order: readonly Sighting['active'][], looks: readonly Look[]): Look {
  for (const active of order) {
    const found = looks.find(({ sighting }) => sighting.active === active);
    if (found !== undefined) return found;
  }
  throw new ChaosError('INTERNAL', 'expected a path to look at, got none');
}

const silent: PlaceBefore = { outcome: 'silent', tookMs: 0 };
