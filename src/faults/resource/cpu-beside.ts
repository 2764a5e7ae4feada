import { availableParallelism } from 'node:os';
import { accessSync, constants } from 'node:fs';
import { join } from 'node:path';
import { formatMs, toMs } from '../../model/duration.js';
import type { Evidence } from '../../model/evidence.js';
import type { Fault, Support } from '../../model/fault.js';
import type { Scenario } from '../../model/scenario.js';
import type { Target } from '../../model/target.js';
import { timeoutSignal } from '../../model/timeout-signal.js';
import { type Cgroup, cgroupOf } from '../../undo/cgroup-layout.js';
import { endHelper } from '../../undo/end-helper.js';
import { runTool } from '../../undo/run-tool.js';
import { otherProcessSupport } from '../other-process-support.js';
import { processOfTarget } from '../process-of-target.js';
import { coresOf, cpuSupport, curveOf, expectedPercent, pidOf } from './cpu-of-host.js';
import { busyPercent, readCpuTimes } from './cpu-times.js';
import { cpuExposureSince } from './cpu-exposure.js';
import { coresUsed } from './cores-used.js';
import { burdenCommand } from './helper/burden-task.js';
import { helperReceipt, startHelper } from './helper/start-helper.js';
import { percentOfTime } from './percent-of-time.js';
import { withPressure } from './with-pressure.js';

/** The machine must be this much of what was asked busy; load beside it only adds to it. */
const enough = 0.8;
/** In a group with a quota it gets no more than its share of that. */
const enoughInGroup = 0.1;
const toolLimitMs = 5_000;

/** CPUs are kept busy by a process beside the target, in its control groups, or by stress-ng. */
export const cpuBeside: Fault<'CPU_STRESS'> = withPressure(
  {
    type: 'CPU_STRESS',
    backend: 'process',
    survives: 'journal',
    supports,

    async prepare({ parameters }, context) {
      context.signal.throwIfAborted();
      return helperReceipt(parameters.worker === 'stress-ng' ? 'stress-ng' : 'chaosx', context);
    },

    async inject(scenario, _receipt, context) {
      const { clock, target, fired } = context;
      const percent = percentOfTime(scenario, 'host', context.decide);
      const cores = coresOf(scenario);
      const curve = curveOf(scenario, percent);
      const groups = scenario.parameters.place === 'cgroup' ? groupsOf(processOfTarget(target).pid) : [];
      const byTool = scenario.parameters.worker === 'stress-ng';
      const command = byTool ? stressCommand(cores, percent) : burdenCommand();
      const folders = [...new Set(groups.map(({ folder }) => folder))];
      const helper = await startHelper(command, { kind: 'cpu', cores, curve }, folders, context);
      const sinceMs = clock.nowMs();
      const where = groups.length === 0 ? 'runs on the same CPUs' : `is in the same ${folders.join(' and ')}`;
      const exposure = cpuExposureSince(pidOf(target), where, sinceMs);
      const effect = `${cores} CPUs ${Math.round(percent)} % busy${byTool ? ', by stress-ng' : ''}`;
      fired({ rule: scenario.name, site: groups.length === 0 ? 'host' : 'cgroup', n: 0, effect });
      return {
        async check(signal): Promise<Evidence> {
          const fromMs = clock.nowMs() - sinceMs;
          const times = readCpuTimes();
          const during = await coresUsed(() => helper.processes(), clock, signal);
          const busy = busyPercent(times, readCpuTimes()) ?? 0;
          const expected = expectedPercent(curve, cores, fromMs, clock.nowMs() - sinceMs);
          const isEnough =
            groups.length === 0
              ? busy >= expected * enough
              : during >= (expected / 100) * availableParallelism() * enoughInGroup;
          return {
            active: during > 0 && isEnough ? 'yes' : 'no',
            measured: {
              quantity: 'CPU time of what keeps them busy',
              unit: 'cores',
              baseline: 0,
              during,
              expected: `${Math.round(percent)} % of ${cores} CPUs${rampText(scenario)}${groups.length === 0 ? '' : ', or what its groups leave it'}`,
            },
            exposure: exposure(clock.nowMs()),
          };
        },
        revert: (signal) => helper.end(signal),
        checkAfter: (signal) => {
          signal.throwIfAborted();
          const after = helper.processes().length;
          return Promise.resolve({ back: after === 0 ? 'yes' : 'no', after: after === 0 ? 0 : null });
        },
      };
    },

    undo: async (receipt, signal) => {
      if (receipt.kind === 'helper') await endHelper(receipt.id, signal);
    },
  },
  'cpu',
);

/** The groups by which CPUs are shared out: quotas and weights, and which CPUs. */
function groupsOf(pid: number | 'self'): readonly Cgroup[] {
  return (['cpu', 'cpuset'] as const)
    .map((controller) => cgroupOf(pid, controller))
    .filter((group) => group !== null);
}

/** Waits for the word to begin as a shell, so that all that stress-ng starts is born in the groups. */
function stressCommand(cores: number, percent: number): readonly [string, ...string[]] {
  const args = ['--cpu', String(cores), '--cpu-load', String(Math.round(percent)), '--quiet', '--keep-name'];
  return ['sh', '-c', 'echo ready; read -r go && exec "$@"', 'sh', 'stress-ng', ...args, '--timeout', '0'];
}

function rampText({ parameters: { ramp } }: Scenario<'CPU_STRESS'>): string {
  return toMs(ramp) === 0 ? '' : `, reached after ${formatMs(toMs(ramp))}`;
}

async function supports(scenario: Scenario<'CPU_STRESS'>, target: Target): Promise<Support> {
  const { place, worker, ramp } = scenario.parameters;
  const no = (reason: string): Support => ({ supported: false, reason });
  if (place === 'event-loop') return no('an event loop is kept busy from within');
  if (place === 'cpus' && worker === 'chaosx') return no('the CPUs of the machine are kept busy from here');
  const reached =
    place === 'cgroup'
      ? otherProcessSupport(target, scenario.targetComponents)
      : cpuSupport(scenario.targetComponents, target);
  if (!reached.supported) return reached;
  if (place === 'cgroup') {
    const groups = groupsOf(target.kind === 'running' ? target.process.pid : 'self');
    if (groups.length === 0) return no('no control groups with the controller cpu are mounted here');
    const closed = groups.map(({ folder }) => join(folder, 'cgroup.procs')).find((file) => !isWritable(file));
    if (closed !== undefined) return no(`${closed} is not writable: run chaosx as root`);
  }
  if (worker === 'chaosx') return { supported: true };
  if (toMs(ramp) > 0) return no('stress-ng has no ramp: leave ramp out, or take the worker chaosx');
  const { code } = await runTool('stress-ng', ['--version'], { signal: timeoutSignal(toolLimitMs) });
  return code === 0
    ? { supported: true }
    : no('it takes `stress-ng`, which is not here: install stress-ng, or take the worker chaosx');
}

function isWritable(path: string): boolean {
  try {
    accessSync(path, constants.W_OK);
    return true;
  } catch {
    return false;
  }
}
