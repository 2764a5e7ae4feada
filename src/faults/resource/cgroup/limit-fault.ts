import { join } from 'node:path';
import type { Fault, Support } from '../../../model/fault.js';
import type { CgroupReceipt, ProcessElsewhere, ProcessIdentity } from '../../../model/receipt.js';
import type { Scenario } from '../../../model/scenario.js';
import type { ChaosScenarioType } from '../../../model/scenario-type.js';
import type { Target } from '../../../model/target.js';
import { ChaosError } from '../../../model/chaos-error.js';
import { timeoutSignal } from '../../../model/timeout-signal.js';
import { cgroupName, isCgroup } from '../../../undo/cgroup-files.js';
import { cgroupOf } from '../../../undo/cgroup-layout.js';
import { processTree } from '../../../undo/process-tree.js';
import { undoCgroup } from '../../../undo/undo-cgroup.js';
import { otherProcessSupport } from '../../other-process-support.js';
import { processOfTarget } from '../../process-of-target.js';
import type { CgroupLimit } from './cgroup-limit.js';
import { enterOwnGroup } from './enter-own-group.js';
import { groupPlace } from './group-place.js';

const undoLimitMs = 5_000;

/** A target's processes are moved into a control group of ours that has a limit, and back. */
export function limitFault<T extends ChaosScenarioType>(limit: CgroupLimit<T>): Fault<T> {
  return {
    type: limit.type,
    backend: 'process',
    survives: 'journal',
    supports: (scenario, target) => Promise.resolve(support(limit, scenario, target)),

    async prepare(_scenario, { runId, injectionId: id, bootId, expiresAt, target, signal }) {
      signal.throwIfAborted();
      const process = processOfTarget(target);
      const place = groupPlace(process, limit.controller);
      if (typeof place === 'string') throw new ChaosError('UNSUPPORTED_SCENARIO', place);
      const { home, parent, enabled } = place;
      const name = cgroupName(id);
      const facts = { kind: 'cgroup', id, runId, bootId, expiresAt, process, parent, name } as const;
      return { ...facts, home: home.folder, ...(enabled.length > 0 && { enabled }) };
    },

    async inject(scenario, receipt, context) {
      const { target, fired, clock, signal } = context;
      const root = processOfTarget(target);
      const { parent, name, home } = receipt as CgroupReceipt;
      const version = cgroupOf(root.pid, limit.controller)?.version ?? 1;
      const group = { folder: join(parent, name), version };
      let others: readonly ProcessElsewhere[] = [];
      const amend: typeof context.amend = async (facts) => {
        others = facts.others ?? others;
        await context.amend(facts);
      };
      const undo = (undoSignal: AbortSignal) =>
        undoCgroup({ ...(receipt as CgroupReceipt), others }, undoSignal);
      const baseline = await limit.measure(processTree(root), null, clock, signal);
      try {
        await enterOwnGroup(receipt as CgroupReceipt, limit.controller, { amend, signal });
        const inForce = limit.set(scenario, processTree(root), group, baseline);
        const effect = `${inForce.expected}, by ${group.folder}`;
        fired({ rule: scenario.name, site: `process ${root.pid}`, n: 0, effect });
        return {
          async check(checkSignal) {
            const processes = processTree(root);
            const during = await limit.measure(processes, group, clock, checkSignal);
            const isHeld = inForce.isThere() && inForce.allows(during);
            return {
              active: isHeld && processes.every((one) => isInside(one, limit, group.folder)) ? 'yes' : 'no',
              measured: {
                quantity: `${limit.quantity} of ${target.name}`,
                unit: limit.unit,
                baseline,
                during,
                expected: inForce.expected,
              },
              exposure: inForce.met(),
            };
          },
          revert: undo,
          async checkAfter(afterSignal) {
            const after = await limit.measure(processTree(root), null, clock, afterSignal);
            return { back: isCgroup(group.folder) ? 'no' : 'yes', after };
          },
        };
      } catch (error) {
        await undo(timeoutSignal(undoLimitMs));
        if (error instanceof ChaosError || signal.aborted) throw error;
        const hint = `look at what ${home} allows`;
        const message = `expected the kernel to set ${limit.type} on ${target.name}: ${String(error)}`;
        throw new ChaosError('INJECTION_FAILED', message, { hint, cause: error });
      }
    },

    undo: async (receipt, signal) => {
      if (receipt.kind === 'cgroup') await undoCgroup(receipt, signal);
    },
  };
}

function isInside(
  { pid }: ProcessIdentity,
  { controller }: Pick<CgroupLimit<ChaosScenarioType>, 'controller'>,
  folder: string,
): boolean {
  const at = cgroupOf(pid, controller)?.folder;
  return at === undefined || at === folder || at.startsWith(`${folder}/`);
}

function support<T extends ChaosScenarioType>(
  limit: CgroupLimit<T>,
  scenario: Scenario<T>,
  target: Target,
): Support {
  const reached = otherProcessSupport(target, scenario.targetComponents);
  if (!reached.supported) return reached;
  const root = target.kind === 'running' ? target.process : null;
  const place = groupPlace(root, limit.controller);
  if (typeof place === 'string') return { supported: false, reason: place };
  const problem = limit.problem(scenario, root === null ? [] : processTree(root), place.home);
  return problem === null ? { supported: true } : { supported: false, reason: problem };
}
