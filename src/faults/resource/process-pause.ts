import { ChaosError } from '../../model/chaos-error.js';
import type { Evidence } from '../../model/evidence.js';
import type { Fault, FaultContext, Support } from '../../model/fault.js';
import type { ProcessIdentity } from '../../model/receipt.js';
import type { Scenario } from '../../model/scenario.js';
import type { Target } from '../../model/target.js';
import { timeoutSignal } from '../../model/timeout-signal.js';
import { isStopped } from '../../undo/is-stopped.js';
import { isAlive } from '../../undo/process-identity.js';
import { resumeProcesses } from '../../undo/resume-processes.js';
import { otherProcessSupport } from '../other-process-support.js';
import { processOfTarget } from '../process-of-target.js';
import { processTree } from '../../undo/process-tree.js';

/** A stop takes effect once the process is scheduled: this long at most, on a busy machine. */
const stopLimitMs = 2_000;
const pollMs = 5;

/** A target's processes are stopped by SIGSTOP, which no program can catch, and go on by SIGCONT. */
export const processPause: Fault<'PROCESS_PAUSE'> = {
  type: 'PROCESS_PAUSE',
  backend: 'process',
  survives: 'journal',

  supports: (scenario, target) => Promise.resolve(support(scenario, target)),

  async prepare(_scenario, context) {
    const { runId, injectionId: id, bootId, expiresAt, signal } = context;
    signal.throwIfAborted();
    return {
      kind: 'paused-processes',
      id,
      runId,
      bootId,
      expiresAt,
      process: processOfTarget(context.target),
    };
  },

  async inject(scenario, _receipt, context) {
    const { target, fired } = context;
    const root = processOfTarget(target);
    const ours: ProcessIdentity[] = [];
    try {
      await stopAll(root, scenario.parameters.tree, ours, context);
    } catch (error) {
      await resumeProcesses(ours, timeoutSignal(stopLimitMs));
      throw error;
    }
    fired({
      rule: scenario.name,
      site: `process ${root.pid}`,
      n: 0,
      effect: `${ours.length} ${ours.length === 1 ? 'process' : 'processes'} stopped`,
    });
    return {
      check: () => Promise.resolve(evidenceOf(target, root, ours)),
      revert: (signal) => resumeProcesses(ours, signal),
      checkAfter: async (signal) => {
        signal.throwIfAborted();
        const after = ours.filter(isStopped).length;
        return { back: after === 0 ? 'yes' : 'no', after };
      },
    };
  },

  undo: async (receipt, signal) => {
    if (receipt.kind === 'paused-processes') await resumeProcesses(receipt.processes ?? [], signal);
  },
};

/** What starts meanwhile is stopped too: looks again until nothing is new. Each is in the journal before it is stopped. */
async function stopAll(
  root: ProcessIdentity,
  tree: boolean,
  ours: ProcessIdentity[],
  { amend, clock, signal }: FaultContext,
): Promise<void> {
  const known = new Set<string>();
  for (;;) {
    const running = (tree ? processTree(root) : [root].filter(isAlive)).filter((one) => !isStopped(one));
    const fresh = running.filter(({ pid, startTime }) => !known.has(`${pid} ${startTime}`));
    if (fresh.length === 0) break;
    for (const { pid, startTime } of fresh) known.add(`${pid} ${startTime}`);
    await amend({ processes: [...ours, ...fresh] });
    signal.throwIfAborted();
    for (const one of fresh) stop(one);
    ours.push(...fresh);
    await untilStopped(fresh, clock, signal);
  }
}

function stop(identity: ProcessIdentity): void {
  try {
    if (isAlive(identity)) process.kill(identity.pid, 'SIGSTOP');
  } catch (error) {
    // It ended between the look and the signal.
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}

async function untilStopped(
  processes: readonly ProcessIdentity[],
  clock: FaultContext['clock'],
  signal: AbortSignal,
): Promise<void> {
  const untilMs = clock.nowMs() + stopLimitMs;
  for (;;) {
    const running = processes.filter((one) => isAlive(one) && !isStopped(one));
    if (running.length === 0) return;
    if (clock.nowMs() > untilMs) {
      const pids = running.map(({ pid }) => pid).join(', ');
      throw new ChaosError(
        'INJECTION_FAILED',
        `expected processes to stop within ${stopLimitMs} ms, still running: ${pids}`,
      );
    }
    await clock.sleep(pollMs, signal);
  }
}

function evidenceOf(target: Target, root: ProcessIdentity, ours: readonly ProcessIdentity[]): Evidence {
  const alive = ours.filter(isAlive);
  const still = alive.filter(isStopped);
  return {
    active: still.length > 0 && still.length === alive.length ? 'yes' : 'no',
    measured: {
      quantity: `processes of ${target.name} that stand still`,
      unit: 'processes',
      baseline: 0,
      during: still.length,
      expected: `all ${ours.length}`,
    },
    exposure: { kind: 'shares-resource', how: `process ${root.pid} itself stood still` },
  };
}

function support({ targetComponents }: Scenario<'PROCESS_PAUSE'>, target: Target): Support {
  const reached = otherProcessSupport(target, targetComponents);
  if (!reached.supported || target.kind !== 'running' || !isStopped(target.process)) return reached;
  return { supported: false, reason: `process ${target.process.pid} stands still already` };
}
