import { ChaosError } from '../../model/chaos-error.js';
import type { Evidence } from '../../model/evidence.js';
import type { Fault, FaultContext, Support } from '../../model/fault.js';
import type { LoweredFileLimit, ProcessIdentity } from '../../model/receipt.js';
import type { Scenario } from '../../model/scenario.js';
import type { Target } from '../../model/target.js';
import { timeoutSignal } from '../../model/timeout-signal.js';
import { setSoftFileLimit, softFileLimit } from '../../undo/file-limits.js';
import { isAlive } from '../../undo/process-identity.js';
import { processTree } from '../../undo/process-tree.js';
import { isLowered, restoreFileLimits } from '../../undo/restore-file-limits.js';
import { runTool } from '../../undo/run-tool.js';
import { processOfTarget } from '../process-of-target.js';
import { limitThatSpares, openDescriptors, sparedBy } from './spare-descriptors.js';

/** Time for raising limits after a failed inject, and for asking for the tool. */
const toolLimitMs = 5_000;

/** What processes had before the first of several faults on them: each is undone to that, in whatever order. */
const before = new Map<string, string>();

/** The limit of open files of a target's processes is lowered to what they have open, by prlimit. */
export const fdExhaustion: Fault<'FD_EXHAUSTION'> = {
  type: 'FD_EXHAUSTION',
  backend: 'process',
  survives: 'journal',
  supports,

  async prepare(_scenario, context) {
    const { runId, injectionId: id, bootId, expiresAt, signal } = context;
    signal.throwIfAborted();
    return { kind: 'file-limits', id, runId, bootId, expiresAt, process: processOfTarget(context.target) };
  },

  async inject(scenario, _receipt, context) {
    const { target, fired } = context;
    const root = processOfTarget(target);
    const spareBefore = spareOf(root);
    const limits: LoweredFileLimit[] = [];
    const restore = async (signal: AbortSignal) => {
      await restoreFileLimits({ process: root, limits }, signal);
      for (const limit of limits) before.delete(keyOf(limit));
    };
    try {
      await lowerAll(scenario, root, limits, context);
    } catch (error) {
      await restore(timeoutSignal(toolLimitMs));
      throw error;
    }
    const effect = `at most ${scenario.parameters.spare} more in each of ${limits.length}`;
    fired({ rule: scenario.name, site: `process ${root.pid}`, n: 0, effect });
    return {
      check: () => Promise.resolve(evidenceOf(scenario, root, limits, spareBefore)),
      revert: restore,
      checkAfter: (signal) => {
        signal.throwIfAborted();
        const isLeft = limits.some((limit) => limit.before !== limit.during && isLowered(limit));
        return Promise.resolve({ back: isLeft ? 'no' : 'yes', after: spareOf(root) });
      },
    };
  },

  undo: async (receipt, signal) => {
    if (receipt.kind === 'file-limits') await restoreFileLimits(receipt, signal);
  },
};

/** What starts meanwhile has inherited the limit; it gets its own. Each is in the journal before its limit is lowered. */
async function lowerAll(
  { parameters: { spare, tree } }: Scenario<'FD_EXHAUSTION'>,
  root: ProcessIdentity,
  limits: LoweredFileLimit[],
  { amend, runId, signal }: FaultContext,
): Promise<void> {
  for (;;) {
    const known = new Set(limits.map(keyOf));
    const alive = tree ? processTree(root) : [root].filter(isAlive);
    const fresh = alive.filter((one) => !known.has(keyOf(one))).flatMap((one) => loweredFor(one, spare));
    if (fresh.length === 0) break;
    limits.push(...fresh);
    await amend({ limits: [...limits] });
    signal.throwIfAborted();
    for (const limit of fresh) {
      before.set(keyOf(limit), limit.before);
      const { stderr } = await setSoftFileLimit(limit.pid, limit.during, { runId, signal });
      if (isAlive(limit) && !isLowered(limit)) {
        throw new ChaosError(
          'INJECTION_FAILED',
          `expected prlimit to lower the limit of open files of process ${limit.pid}: ${stderr.trim()}`,
        );
      }
    }
  }
  if (limits.length > 0) return;
  throw new ChaosError(
    'INJECTION_FAILED',
    `process ${root.pid} may open no more than ${spare} files as it is`,
    {
      hint: 'spare fewer, or raise its limit before',
    },
  );
}

/** Nothing for a process that has no more left as it is, or is gone. */
function loweredFor({ pid, startTime }: ProcessIdentity, spare: number): readonly LoweredFileLimit[] {
  const [limit, open] = [before.get(keyOf({ pid, startTime })) ?? softFileLimit(pid), openDescriptors(pid)];
  if (limit === null || open === null) return [];
  const during = limitThatSpares(open, spare);
  if (limit !== 'unlimited' && during >= Number(limit)) return [];
  return [{ pid, startTime, before: limit, during: String(during) }];
}

function evidenceOf(
  { parameters: { spare } }: Scenario<'FD_EXHAUSTION'>,
  root: ProcessIdentity,
  limits: readonly LoweredFileLimit[],
  spareBefore: number | null,
): Evidence {
  const alive = limits.filter(isAlive);
  return {
    active: alive.length > 0 && alive.every(isLowered) ? 'yes' : 'no',
    measured: {
      quantity: `file descriptors that process ${root.pid} may still open`,
      unit: 'descriptors',
      baseline: spareBefore,
      during: spareOf(root),
      expected: `at most ${spare}, in each of ${limits.length} ${limits.length === 1 ? 'process' : 'processes'}`,
    },
    exposure: { kind: 'shares-resource', how: `process ${root.pid} itself may open no more` },
  };
}

/** null where there is no limit, or it is gone. */
function spareOf({ pid }: ProcessIdentity): number | null {
  const [limit, open] = [softFileLimit(pid), openDescriptors(pid)];
  return limit === null || limit === 'unlimited' || open === null ? null : sparedBy(open, Number(limit));
}

async function supports({ targetComponents }: Scenario<'FD_EXHAUSTION'>, target: Target): Promise<Support> {
  const no = (reason: string): Support => ({ supported: false, reason });
  if (target.kind !== 'started' && target.kind !== 'running') {
    return no(`${target.name} is not a process other than this one`);
  }
  if (targetComponents.length > 0) {
    return no('the limit is of a whole process, not of a component: leave targetComponents empty');
  }
  const { code } = await runTool('prlimit', ['--version'], { signal: timeoutSignal(toolLimitMs) });
  if (code !== 0) return no('it takes `prlimit`, which is not here: install util-linux');
  if (target.kind === 'running' && openDescriptors(target.process.pid) === null) {
    return no(`process ${target.process.pid} belongs to another user: run chaosx as that one, or as root`);
  }
  return { supported: true };
}

function keyOf({ pid, startTime }: ProcessIdentity): string {
  return `${pid} ${startTime}`;
}
