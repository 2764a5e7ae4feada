import { accessSync, constants } from 'node:fs';
import { join } from 'node:path';
import type { Fault, Support } from '../../model/fault.js';
import type { ProcessIdentity } from '../../model/receipt.js';
import type { Scenario } from '../../model/scenario.js';
import type { Target } from '../../model/target.js';
import { cgroupOf } from '../../undo/cgroup-layout.js';
import { endHelper } from '../../undo/end-helper.js';
import { otherProcessSupport } from '../other-process-support.js';
import { processOfTarget } from '../process-of-target.js';
import { burdenCommand } from './helper/burden-task.js';
import { helperReceipt, startHelper } from './helper/start-helper.js';
import { leakEvidence } from './leak-evidence.js';
import { residentBytes } from './resident-bytes.js';
import { withPressure } from './with-pressure.js';

const lookEveryMs = 50;

/** A process of ours in the target's control group grows, so that its memory is used up by a neighbour. */
export const memoryBeside: Fault<'MEMORY_LEAK'> = withPressure(
  {
    type: 'MEMORY_LEAK',
    backend: 'process',
    survives: 'journal',
    supports: (scenario, target) => Promise.resolve(support(scenario, target)),

    async prepare(_scenario, context) {
      context.signal.throwIfAborted();
      return helperReceipt('chaosx', context);
    },

    async inject({ name, parameters }, _receipt, context) {
      const { clock, target, fired } = context;
      const { pid } = processOfTarget(target);
      const group = cgroupOf(pid, 'memory')?.folder;
      const { rateMbPerSecond, limitMb } = parameters;
      const leak = { ...parameters, place: 'external' } as const;
      const groups = group === undefined ? [] : [group];
      const helper = await startHelper(burdenCommand(), { kind: 'memory', leak }, groups, context);
      const baselineBytes = residentOf(helper.processes());
      fired({
        rule: name,
        site: group ?? 'machine',
        n: 0,
        effect: `a process beside grows by ${rateMbPerSecond} MB/s up to ${limitMb} MB`,
      });
      return {
        async check(signal) {
          let seen = heldIn(helper.said());
          // The first look comes at once: wait until there is something to see.
          while (seen.heldBytes === 0 && seen.stoppedAt === null && helper.processes().length > 0) {
            await clock.sleep(lookEveryMs, signal);
            seen = heldIn(helper.said());
          }
          const processes = helper.processes();
          const held =
            processes.length > 0 ? seen : { heldBytes: 0, stoppedAt: 'the end that the kernel made of it' };
          return leakEvidence(
            parameters,
            { ...held, baselineBytes, residentBytes: residentOf(processes) },
            { kind: 'shares-resource', how: `pid ${pid} is in the same ${group ?? 'machine'}` },
          );
        },
        revert: (signal) => helper.end(signal),
        checkAfter: (signal) => {
          signal.throwIfAborted();
          const left = helper.processes();
          return Promise.resolve({
            back: left.length === 0 ? 'yes' : 'no',
            after: residentOf(left) / 1_048_576,
          });
        },
      };
    },

    undo: async (receipt, signal) => {
      if (receipt.kind === 'helper') await endHelper(receipt.id, signal);
    },
  },
  'memory',
);

function residentOf(processes: readonly ProcessIdentity[]): number {
  return processes.reduce((sum, { pid }) => sum + (residentBytes(pid) ?? 0), 0);
}

/** What the helper says of itself. */
function heldIn(line: string): { heldBytes: number; stoppedAt: string | null } {
  if (!line.startsWith('[')) return { heldBytes: 0, stoppedAt: null };
  const [heldBytes, stoppedAt] = JSON.parse(line) as [number, string | null];
  return { heldBytes, stoppedAt };
}

function support({ parameters, targetComponents }: Scenario<'MEMORY_LEAK'>, target: Target): Support {
  const no = (reason: string): Support => ({ supported: false, reason });
  if (parameters.place !== 'beside') {
    return no(
      `with place ${parameters.place} it grows within ${target.name}; place: beside is for any process`,
    );
  }
  const reached = otherProcessSupport(target, targetComponents);
  if (!reached.supported) return reached;
  const group = cgroupOf(target.kind === 'running' ? target.process.pid : 'self', 'memory');
  if (group === null) return no('no control groups with the controller memory are mounted here');
  const file = join(group.folder, 'cgroup.procs');
  try {
    accessSync(file, constants.W_OK);
  } catch {
    return no(`${file} is not writable: run chaosx as root`);
  }
  return { supported: true };
}
