import { ChaosError } from '../../model/chaos-error.js';
import type { Evidence } from '../../model/evidence.js';
import type { ActiveFault, Fault, FaultContext, Support } from '../../model/fault.js';
import type { ProcessIdentity, Receipt } from '../../model/receipt.js';
import type { Scenario } from '../../model/scenario.js';
import type { Target } from '../../model/target.js';
import { timeoutSignal } from '../../model/timeout-signal.js';
import { isStopped } from '../../undo/is-stopped.js';
import { isAlive } from '../../undo/process-identity.js';
import { processTree } from '../../undo/process-tree.js';
import { resumeProcesses } from '../../undo/resume-processes.js';
import { runTool } from '../../undo/run-tool.js';
import { tracerPidOf } from '../../undo/tracer-pid.js';
import { undoTracer } from '../../undo/undo-tracer.js';
import { otherProcessSupport } from '../other-process-support.js';
import { processOfTarget } from '../process-of-target.js';
import { type Strace, startStrace } from './strace.js';

const attachLimitMs = 5_000;
const toolLimitMs = 5_000;
const pollMs = 10;

/** System calls of a target's processes fail, by a strace that is attached to them meanwhile. */
export const syscallErrorByStrace: Fault<'SYSCALL_ERROR'> = {
  type: 'SYSCALL_ERROR',
  backend: 'process',
  survives: 'journal',
  supports,

  async prepare(_scenario, { runId, injectionId: id, bootId, expiresAt, target, signal }) {
    signal.throwIfAborted();
    return { kind: 'tracer', id, runId, bootId, expiresAt, target: processOfTarget(target) };
  },

  inject: attach,

  undo: async (receipt, signal) => {
    if (receipt.kind === 'tracer') await undoTracer(receipt, signal);
  },
};

async function attach(
  scenario: Scenario<'SYSCALL_ERROR'>,
  { id }: Receipt,
  context: FaultContext,
): Promise<ActiveFault> {
  const { target, amend, fired, signal } = context;
  signal.throwIfAborted();
  const root = processOfTarget(target);
  refuseTraced(root);
  const stoodStill = new Set(
    processTree(root)
      .filter(isStopped)
      .map(({ pid }) => pid),
  );
  let tracer: ProcessIdentity | undefined;
  const detach = async (undoSignal: AbortSignal) => {
    await undoTracer({ id, target: root, ...(tracer && { process: tracer }) }, undoSignal);
    // A process that was in the middle of a stop when the tracer went may stay in it.
    const stopped = processTree(root).filter((one) => isStopped(one) && !stoodStill.has(one.pid));
    await resumeProcesses(stopped, undoSignal);
  };
  try {
    const strace = await startStrace(processTree(root), scenario.parameters, { runId: context.runId, id });
    if (strace === null) throw new ChaosError('INJECTION_FAILED', 'expected strace to start, it did not');
    tracer = strace.identity;
    await amend({ process: tracer });
    await untilAttached(root, strace, context);
    fired({
      rule: scenario.name,
      site: `process ${root.pid}`,
      n: 0,
      effect: `${scenario.parameters.syscalls.join(', ')}: ${scenario.parameters.error}`,
    });
    return {
      check: () => Promise.resolve(evidenceOf(scenario, root, strace)),
      revert: detach,
      checkAfter: (afterSignal) => {
        afterSignal.throwIfAborted();
        const isTraced = tracerPidOf(root.pid) === strace.identity.pid;
        return Promise.resolve({ back: isTraced ? 'no' : 'yes', after: isTraced ? 1 : 0 });
      },
    };
  } catch (error) {
    await detach(timeoutSignal(toolLimitMs));
    throw error;
  }
}

async function untilAttached(root: ProcessIdentity, strace: Strace, context: FaultContext): Promise<void> {
  const { clock, signal, target } = context;
  const untilMs = clock.nowMs() + attachLimitMs;
  while (tracerPidOf(root.pid) !== strace.identity.pid) {
    if (!isAlive(strace.identity) || clock.nowMs() > untilMs) {
      throw new ChaosError(
        'INJECTION_FAILED',
        `expected strace to attach to process ${root.pid} of ${target.name}: ${strace.said() || 'it did not'}`,
        { hint: 'ptrace must be permitted: run chaosx as root, or with CAP_SYS_PTRACE' },
      );
    }
    await clock.sleep(pollMs, signal);
  }
}

function refuseTraced({ pid }: ProcessIdentity): void {
  const tracer = tracerPidOf(pid);
  if (tracer === null || tracer === 0) return;
  throw new ChaosError('INJECTION_FAILED', tracedText(pid, tracer), {
    hint: 'only one tracer at a time can be attached',
  });
}

function evidenceOf(
  { parameters: { syscalls, error } }: Scenario<'SYSCALL_ERROR'>,
  root: ProcessIdentity,
  strace: Strace,
): Evidence {
  const alive = processTree(root);
  const traced = alive.filter(({ pid }) => tracerPidOf(pid) === strace.identity.pid).length;
  return {
    active: traced > 0 ? 'yes' : 'no',
    measured: {
      quantity: `processes of which ${syscalls.join(', ')} fail with ${error} (TracerPid in /proc)`,
      unit: 'processes',
      baseline: 0,
      during: traced,
      expected: `all ${alive.length}`,
    },
    exposure: { kind: 'counted', n: strace.injected(), what: `calls that strace failed with ${error}` },
  };
}

async function supports({ targetComponents }: Scenario<'SYSCALL_ERROR'>, target: Target): Promise<Support> {
  const whole = otherProcessSupport(target, targetComponents);
  if (!whole.supported) return whole;
  const no = (reason: string): Support => ({ supported: false, reason });
  const { code } = await runTool('strace', ['-V'], { signal: timeoutSignal(toolLimitMs) });
  if (code !== 0) return no('it takes `strace`, which is not here: install it (Debian: strace)');
  if (target.kind !== 'running') return whole;
  const { pid } = target.process;
  const tracer = tracerPidOf(pid);
  if (tracer !== null && tracer !== 0) return no(`${tracedText(pid, tracer)}: let that one go first`);
  return whole;
}

function tracedText(pid: number, tracer: number): string {
  return `process ${pid} is traced already, by process ${tracer}`;
}
