import { detailTable } from '../../model/detail-table.js';
import { formatMs } from '../../model/duration.js';
import type { Aftermath, Evidence } from '../../model/evidence.js';
import type { ActiveFault, Fault, FaultContext, Support } from '../../model/fault.js';
import type { ProcessIdentity } from '../../model/receipt.js';
import type { Scenario } from '../../model/scenario.js';
import type { Target } from '../../model/target.js';
import { timeoutSignal } from '../../model/timeout-signal.js';
import { isAlive } from '../../undo/process-identity.js';
import { processTree } from '../../undo/process-tree.js';
import { lookUntilBack } from '../look-until-back.js';
import { otherProcessSupport } from '../other-process-support.js';
import { processOfTarget } from '../process-of-target.js';
import { chooseVictim, workersOf } from './choose-victim.js';
import { type EndedProcesses, endVictims } from './end-victims.js';
import { processReceipt } from './process-receipt.js';
import { SuccessorWatch } from './successor-watch.js';

/** For starting a target again after a failed inject. */
const undoLimitMs = 10_000;

/**
 * Processes of a target are ended. Nothing of that can be undone: what chaosx has started, it starts again; all else is for
 * whoever runs the target, and whether it comes back is what the scenario is about.
 */
export const processKill: Fault<'PROCESS_KILL'> = {
  type: 'PROCESS_KILL',
  backend: 'process',
  survives: 'process',
  supports: (scenario, target) => Promise.resolve(support(scenario, target)),
  prepare: async (_scenario, context) => {
    context.signal.throwIfAborted();
    return processReceipt(`process ${processOfTarget(context.target).pid}`, context);
  },
  inject: kill,
};

async function kill(
  { name, parameters }: Scenario<'PROCESS_KILL'>,
  _receipt: unknown,
  context: FaultContext,
): Promise<ActiveFault> {
  const { target, clock, fired, signal } = context;
  signal.throwIfAborted();
  const { who, restart } = parameters;
  const root = processOfTarget(target);
  const victim = chooseVictim(who, root, name, context);
  const watch = new SuccessorWatch(victim, clock);
  const endsRoot = victim.pid === root.pid;
  const startAgain = async (undoSignal: AbortSignal) => {
    watch.stop();
    if (endsRoot && restart && target.kind === 'started') await target.running?.life?.startAgain(undoSignal);
  };
  if (endsRoot && target.kind === 'running') target.life?.expectEnd();
  if (endsRoot && restart && target.kind === 'started') target.running?.life?.expectEnd();
  let ended: EndedProcesses;
  try {
    ended = await endVictims(victim, parameters, context);
  } catch (error) {
    await startAgain(timeoutSignal(undoLimitMs));
    throw error;
  }
  watch.start();
  const { processes, by } = ended;
  fired({
    rule: name,
    site: `process ${victim.pid}`,
    n: 0,
    effect: processes.length === 0 ? 'had ended before' : `${countText(processes.length)} ended by ${by}`,
  });
  const successor = () => {
    const seen = watch.look();
    if (seen !== null && endsRoot && target.kind === 'running') target.life?.goesOnAs(seen.process);
    return seen;
  };
  return {
    check: async () => {
      successor();
      return evidenceOf(target, victim, ended, watch);
    },
    revert: startAgain,
    checkAfter: (afterSignal) =>
      lookUntilBack(
        async (): Promise<Aftermath> => {
          const next = endsRoot && target.kind === 'started' ? target.running?.process : successor()?.process;
          if (next === undefined || !isAlive(next)) return { back: 'unknown', after: 0 };
          return { back: 'yes', after: who === 'process' ? 1 : processTree(next).length };
        },
        clock,
        afterSignal,
      ),
  };
}

function evidenceOf(
  target: Target,
  victim: ProcessIdentity,
  { processes, by, tookMs }: EndedProcesses,
  watch: SuccessorWatch,
): Evidence {
  const alive = processes.filter(isAlive).length;
  const next = watch.look();
  const ports = watch.ports.length === 0 ? '' : ` on port ${watch.ports.join(', ')}`;
  const beside = processes.length > 1 ? `, and ${processes.length - 1} that it had started` : '';
  return {
    active: processes.length > 0 && alive === 0 ? 'yes' : 'no',
    measured: {
      quantity: `processes of ${target.name} that were to be ended`,
      unit: 'processes',
      baseline: processes.length,
      during: alive,
      expected: processes.length === 0 ? 'at least 1 before' : `0: ended by ${by}`,
    },
    exposure: { kind: 'shares-resource', how: `process ${victim.pid} itself was ended` },
    details: [
      detailTable(
        'What was ended, and what came in its place',
        ['', ''],
        [
          ['ended', `process ${victim.pid} (${watch.command})${beside}`],
          ['by', `${by}, within ${formatMs(Math.round(tookMs))}`],
          [
            'in its place',
            next === null
              ? 'nothing was seen yet'
              : `process ${next.process.pid} (${next.command}) after ${formatMs(Math.round(next.afterMs))}`,
          ],
          ...(ports === ''
            ? []
            : [
                [
                  `listened${ports} again`,
                  next?.listensAfterMs == null
                    ? 'not yet'
                    : `after ${formatMs(Math.round(next.listensAfterMs))}`,
                ],
              ]),
        ],
      ),
    ],
  };
}

function support(
  { targetComponents, parameters: { who } }: Scenario<'PROCESS_KILL'>,
  target: Target,
): Support {
  const whole = otherProcessSupport(target, targetComponents);
  if (!whole.supported || target.kind !== 'running') return whole;
  if (who === 'worker' && workersOf(target.process).length === 0) {
    const reason = `process ${target.process.pid} has started none that could be ended as a worker: choose who: process or tree`;
    return { supported: false, reason };
  }
  return { supported: true };
}

function countText(n: number): string {
  return `${n} ${n === 1 ? 'process' : 'processes'}`;
}
