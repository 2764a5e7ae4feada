import { availableParallelism } from 'node:os';
import type { Evidence } from '../../model/evidence.js';
import type { Fault, FaultContext, Support } from '../../model/fault.js';
import type { Scenario } from '../../model/scenario.js';
import type { Target } from '../../model/target.js';
import { isOwnAddress } from '../../targets/is-own-address.js';
import { lookUntilBack } from '../look-until-back.js';
import { formatMs, toMs } from '../../model/duration.js';
import { startBusyWorkers } from './busy-workers.js';
import { busyGoalMs, type LoadCurve } from './load-curve.js';
import { cpuExposureSince } from './cpu-exposure.js';
import { busyPercent, readCpuTimes } from './cpu-times.js';
import { percentOfTime } from './percent-of-time.js';
import { processReceipt } from './process-receipt.js';
import { withPressure } from './with-pressure.js';

/** A shorter look at `/proc/stat` is too coarse: it counts in hundredths of a second. */
const lookMs = 400;
/** The machine must be at least this much of what was asked busy; other load only adds to it. */
const enough = 0.8;

/** CPUs of the machine are kept busy by threads of this process, each for the asked share of the time. */
export const cpuOfHost: Fault<'CPU_STRESS'> = withPressure(
  {
    type: 'CPU_STRESS',
    backend: 'host',
    survives: 'process',

    supports: (scenario, target) => Promise.resolve(support(scenario, target)),

    prepare: (_scenario, context) => processReceipt('threads that keep CPUs busy', context),

    async inject(scenario, _receipt, context) {
      const { clock, signal } = context;
      const percent = percentOfTime(scenario, 'host', context.decide);
      const cores = coresOf(scenario);
      const pid = pidOf(context.target);
      const baseline = await look(context);
      const curve = curveOf(scenario, percent);
      const workers = await startBusyWorkers(cores, curve);
      try {
        signal.throwIfAborted();
      } catch (error) {
        await workers.stop();
        throw error;
      }
      const sinceMs = clock.nowMs();
      const exposure = cpuExposureSince(pid, 'runs on the same CPUs', sinceMs);
      context.fired({
        rule: scenario.name,
        site: 'host',
        n: 0,
        effect: `${cores} CPUs ${Math.round(percent)} % busy`,
      });
      return {
        async check(checkSignal): Promise<Evidence> {
          const fromMs = clock.nowMs() - sinceMs;
          const during = await look({ clock, signal: checkSignal });
          const expected = expectedPercent(curve, cores, fromMs, clock.nowMs() - sinceMs);
          return {
            active: during === null ? 'unknown' : during >= expected * enough ? 'yes' : 'no',
            measured: {
              quantity: 'CPU time of the machine that was busy',
              unit: '%',
              baseline,
              during,
              expected: `${Math.round(percent)} % of ${cores} of ${availableParallelism()} CPUs${rampText(scenario)}`,
            },
            exposure: exposure(clock.nowMs()),
          };
        },
        revert: () => workers.stop(),
        checkAfter: (afterSignal) =>
          lookUntilBack(
            async (lookSignal) => {
              const after = await look({ clock, signal: lookSignal });
              // What is busy then may be others: it does not say that an undo failed.
              return {
                back:
                  after !== null &&
                  after < expectedPercent(curve, cores, toMs(scenario.parameters.ramp)) * enough
                    ? 'yes'
                    : 'unknown',
                after,
              };
            },
            clock,
            afterSignal,
          ),
      };
    },
  },
  'cpu',
);

function support({ targetComponents, parameters }: Scenario<'CPU_STRESS'>, target: Target): Support {
  const no = (reason: string): Support => ({ supported: false, reason });
  if (parameters.place === 'event-loop') {
    return no(`an event loop is kept busy, and not CPUs: ${target.name} needs one in reach`);
  }
  if (parameters.place === 'cgroup')
    return no('only a process of its own can be in the control groups of another');
  if (parameters.worker !== 'chaosx') return no(`the worker is ${parameters.worker}`);
  return cpuSupport(targetComponents, target);
}

/** Are the CPUs of this machine the target's? */
export function cpuSupport(targetComponents: readonly string[], target: Target): Support {
  const { name } = target;
  if (process.platform !== 'linux') {
    return {
      supported: false,
      reason: `its effect is read from /proc/stat, which ${process.platform} does not have`,
    };
  }
  if (target.kind === 'address' && !target.addresses.some(({ host }) => isOwnAddress(host))) {
    return { supported: false, reason: `${name} is on another machine` };
  }
  if (targetComponents.length > 0) {
    const reason = `the CPUs are the machine's, not a component's (${targetComponents.join(', ')}) of ${name}: leave targetComponents empty`;
    return { supported: false, reason };
  }
  return { supported: true };
}

/** How the load comes. */
export function curveOf({ parameters }: Scenario<'CPU_STRESS'>, percent: number): LoadCurve {
  return { share: percent / 100, rampMs: toMs(parameters.ramp), rampSteps: parameters.rampSteps };
}

/** Share of the machine that the load should take between two times, in ms from its begin. */
export function expectedPercent(
  curve: LoadCurve,
  cores: number,
  fromMs: number,
  untilMs = fromMs + 1,
): number {
  const busyMs = busyGoalMs(curve, untilMs) - busyGoalMs(curve, fromMs);
  return (100 * busyMs * cores) / ((untilMs - fromMs) * availableParallelism());
}

function rampText({ parameters }: Scenario<'CPU_STRESS'>): string {
  const rampMs = toMs(parameters.ramp);
  if (rampMs === 0) return '';
  const steps = parameters.rampSteps === 0 ? '' : ` in ${parameters.rampSteps} steps`;
  return `, reached${steps} after ${formatMs(rampMs)}`;
}

/** CPUs that are kept busy: no more than there are. */
export function coresOf({ parameters }: Scenario<'CPU_STRESS'>): number {
  const all = availableParallelism();
  return parameters.cores === 0 ? all : Math.min(parameters.cores, all);
}

/** The process whose waiting is looked at. */
export function pidOf(target: Target): number {
  if (target.kind === 'running') return target.process.pid;
  return target.kind === 'started' && target.running !== undefined ? target.running.process.pid : process.pid;
}

async function look({ clock, signal }: Pick<FaultContext, 'clock' | 'signal'>): Promise<number | null> {
  const from = readCpuTimes();
  await clock.sleep(lookMs, signal);
  return busyPercent(from, readCpuTimes());
}
