import { ChaosError } from '../../../model/chaos-error.js';
import type { ActiveFault, FaultContext } from '../../../model/fault.js';
import type { Address } from '../../../model/network.js';
import type { TrafficClassReceipt } from '../../../model/receipt.js';
import type { Scenario } from '../../../model/scenario.js';
import { timeoutSignal } from '../../../model/timeout-signal.js';
import { Echo } from '../../../proxy/echo.js';
import { findNetns } from '../../../undo/network-namespace.js';
import { runNft } from '../../../undo/nft.js';
import { runTc, trafficClassesOf } from '../../../undo/traffic-class.js';
import { undoTrafficClass } from '../../../undo/undo-traffic-class.js';
import { lookUntilBack } from '../../look-until-back.js';
import { plural } from '../counted.js';
import { isBackAt } from '../is-back-at.js';
import { measureBefore } from '../measure-before.js';
import type { NetworkEffect } from '../network-effect.js';
import { linksFor, type LinkShape, type LinkShapeType, shapeScript } from './link-shape.js';
import { networkOf, pathsToDependencies } from './own-network.js';
import { ruleCounts } from './rule-counts.js';
import { ruleSetScript } from './rule-set.js';
import { echoSamplerIn } from './sample-in-netns.js';
import { samplerPorts } from './sampler-ports.js';

/** Time for taking it all away after a failed inject. */
const cleanUpMs = 5_000;

/** Makes the table that puts packets into classes, then the classes on the links that they leave by. */
export async function injectShape<T extends LinkShapeType>(
  effect: NetworkEffect<T>,
  scenario: Scenario<T>,
  receipt: TrafficClassReceipt,
  context: FaultContext,
): Promise<ActiveFault> {
  const { runId, signal, clock } = context;
  const { table } = receipt;
  const shape = effect.toxic(scenario, context.decide) as LinkShape;
  const classes = trafficClassesOf(receipt.id);
  const netns = findNetns(receipt.netns);
  if (netns === null)
    throw new ChaosError('INJECTION_FAILED', 'expected the router of the target, it is gone');
  const paths = pathsToDependencies(scenario, context).map(({ path }) => path);
  const ports = samplerPorts(context);
  const place = await echoPlace(paths[0]?.place.host ?? '');
  const sampler = echoSamplerIn(networkOf(context).netns, place, ports);
  const baseline = await measureBefore(effect, scenario, sampler, signal);
  const takeAway = (undoSignal: AbortSignal) => undoTrafficClass(receipt, undoSignal);
  try {
    const mark = { type: 'mark', direction: shape.direction, classes } as const;
    const toEcho = { place, towards: 'from-target', passing: 'forwarded' } as const;
    const script = ruleSetScript({ table, paths: [...paths, toEcho], fault: mark, samplerPorts: ports });
    requireDone(await runNft(['--file', '-'], script, { netns, runId, signal }), `the table ${table}`);
    for (const link of linksFor(shape.direction)) {
      const root = await runTc(['qdisc', 'add', 'dev', link, 'root', 'handle', '1:', 'htb'], {
        netns,
        runId,
        signal,
      });
      // Another injection has made it.
      if (!/Exclusivity flag on|File exists/.test(root.stderr)) requireDone(root, `a root on ${link}`);
      const input = shapeScript(shape, classes, link);
      requireDone(await runTc(['-batch', '-'], { netns, runId, input, signal }), `classes on ${link}`);
    }
    signal.throwIfAborted();
  } catch (error) {
    await takeAway(timeoutSignal(cleanUpMs));
    throw error;
  }
  const countsNow = (lookSignal: AbortSignal) => ruleCounts(table, { netns, signal: lookSignal });
  return {
    async check(lookSignal) {
      const { active, measured } = await effect.look(scenario, sampler, baseline, lookSignal);
      const counts = await countsNow(lookSignal);
      return {
        active,
        measured,
        exposure:
          counts === null
            ? { kind: 'unknown', why: 'something else removed the rules, and their counts' }
            : {
                kind: 'counted',
                n: counts.hit,
                what: `${plural(counts.hit, 'packet')} of the target queued`,
              },
      };
    },
    revert: takeAway,
    checkAfter: (afterSignal) =>
      lookUntilBack(
        async (lookSignal) => {
          const sighting = await effect.look(scenario, sampler, baseline, lookSignal);
          const after = sighting.measured.during;
          if (isBackAt(sighting)) return { back: 'yes', after };
          // A machine may be busy: only with the rules is it our doing.
          const isOurs = sighting.active === 'yes' && (await countsNow(lookSignal)) !== null;
          return { back: isOurs ? 'no' : 'unknown', after };
        },
        clock,
        afterSignal,
      ),
  };
}

/** A free port of this machine's end of the link: the echo is there only while somebody looks. */
async function echoPlace(host: string): Promise<Address> {
  await using echo = await Echo.open({ host, port: 0 });
  return { host, port: echo.port };
}

function requireDone(
  { code, stderr }: { readonly code: number | null; readonly stderr: string },
  what: string,
): void {
  if (code !== 0)
    throw new ChaosError('INJECTION_FAILED', `expected the kernel to make ${what}: ${stderr.trim()}`);
}
