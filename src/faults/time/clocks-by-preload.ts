import { ChaosError } from '../../model/chaos-error.js';
import type { Aftermath } from '../../model/evidence.js';
import type { ActiveFault, Fault, FaultContext, Support } from '../../model/fault.js';
import type { FakedClockReceipt } from '../../model/receipt.js';
import type { Scenario } from '../../model/scenario.js';
import { systemClock } from '../../model/system-clock.js';
import type { PreloadedClock, Target } from '../../model/target.js';
import { preloadRefusal } from '../../targets/clock/preload-refusal.js';
import { preloadedProcesses } from '../../targets/clock/preloaded-processes.js';
import { realClock, setFakedClock } from '../../undo/faked-clock.js';
import { lookUntilBack } from '../look-until-back.js';
import { processOfTarget } from '../process-of-target.js';
import { type ClockEffect, clockEffect, overflowOf, type TimeScenarioType } from './clock-effect.js';
import { clockMaker } from './clock-maker.js';
import { clockOfPrograms, type ProgramSight } from './clock-of-programs.js';
import { ClockWriter } from './clock-writer.js';
import { isOffBy, preloadedClockEvidence } from './preloaded-clock-evidence.js';
import { refusedComponents } from './refused-components.js';

const skewLookMs = 200;
const shortestLookMs = 1_000;
const longestLookMs = 4_000;
/** What a clock at another speed has to gain or lose in a look, so that it is told from the start of a program. */
const toldByMs = 100;

/** A wrong clock of a started program: `clocksByPreload`. */
export const skewByPreload = clocksByPreload('TIME_SKEW');
/** A clock at another speed. */
export const driftByPreload = clocksByPreload('CLOCK_DRIFT');

/**
 * The wall clock of a started program, Node or not: libfaketime is preloaded when it starts, shows the real clock, and during the
 * fault what chaosx writes into a file.
 */
function clocksByPreload<T extends TimeScenarioType>(type: T): Fault<T> {
  return {
    type,
    backend: 'process',
    survives: 'journal',
    supports: (scenario, target) => Promise.resolve(support(scenario, target)),
    prepare: (_scenario, context) => Promise.resolve(receiptOf(context)),
    inject: change,
    undo: async (receipt) => {
      if (receipt.kind === 'faked-clock') await setFakedClock(receipt.directory, realClock);
    },
  };
}

function support(scenario: Scenario<TimeScenarioType>, target: Target): Support {
  const no = (reason: string): Support => ({ supported: false, reason });
  if (target.kind === 'running')
    return no(
      'the clock of a process that runs already is changed from inside alone, and in Node: let chaosx start it (`start`)',
    );
  if (target.kind !== 'started') return no(`${target.name} is not a process that chaosx starts`);
  if (clockMaker(scenario, target) !== 'libfaketime')
    return no('Node is reached by the agent: `by: libfaketime` changes it from outside');
  const effect = clockEffect(scenario);
  if (effect.change.wall === undefined || effect.clocks.length > 1)
    return no(
      'a preloaded clock is a wall clock alone, because programs that wait by a changed monotonic one may hang: set clocks: [wall]',
    );
  const reason =
    refusedComponents(scenario) ??
    overflowOf(scenario, systemClock.wallMs()) ??
    preloadRefusal(target.programs ?? []);
  return reason === null ? { supported: true } : no(reason);
}

function receiptOf({
  injectionId: id,
  runId,
  bootId,
  expiresAt,
  target,
  signal,
}: FaultContext): FakedClockReceipt {
  signal.throwIfAborted();
  const { directory } = clockOf(target);
  return { kind: 'faked-clock', id, runId, bootId, expiresAt, process: processOfTarget(target), directory };
}

function clockOf(target: Target): PreloadedClock {
  const clock = target.kind === 'started' ? target.running?.clock : undefined;
  if (clock !== undefined) return clock;
  throw new ChaosError(
    'INJECTION_FAILED',
    `expected ${target.name} to be started with a preloaded clock, it was not`,
  );
}

async function change(
  scenario: Scenario<TimeScenarioType>,
  _receipt: unknown,
  context: FaultContext,
): Promise<ActiveFault> {
  const { target, clock, fired, signal } = context;
  signal.throwIfAborted();
  const preloaded = clockOf(target);
  const effect = clockEffect(scenario);
  const look = (lookSignal: AbortSignal) => {
    const [one] = preloadedProcesses(processOfTarget(target)).preloaded;
    return one === undefined ? Promise.resolve(null) : clockOfPrograms(preloaded, one.pid, clock, lookSignal);
  };
  const before = await look(signal);
  if (before === null) {
    throw new ChaosError(
      'INJECTION_FAILED',
      `expected a process of ${target.name} to have libfaketime loaded, none has`,
      { hint: 'programs that are linked statically or change their user (setuid) load nothing' },
    );
  }
  if (effect.change.wall === undefined)
    throw new ChaosError('INTERNAL', 'expected a course of the wall clock');
  const takeOff = await ClockWriter.of(preloaded.directory, clock).add(effect.change.wall);
  fired({ rule: scenario.name, site: 'clock of programs', n: 0, effect: effect.text });
  let wasOff = false;
  const see = async (lookSignal: AbortSignal) => {
    const sight = await look(lookSignal);
    wasOff ||= sight !== null && isOffBy(effect, sight);
    return sight;
  };
  return {
    async check(checkSignal) {
      const from = await see(checkSignal);
      await clock.sleep(lookMs(effect), checkSignal);
      const to = await see(checkSignal);
      const { all, preloaded: loaded } = preloadedProcesses(processOfTarget(target));
      const counts = { preloaded: loaded.length, processes: all.length };
      return preloadedClockEvidence(effect, { before, from, to, wasOff, ...counts });
    },
    revert: takeOff,
    checkAfter: (afterSignal) =>
      lookUntilBack(async (lookSignal) => aftermath(effect, await look(lookSignal)), clock, afterSignal),
  };
}

function aftermath({ offsetMs }: ClockEffect, sight: ProgramSight | null): Aftermath {
  if (sight === null) return { back: 'unknown', after: null };
  const isBack = Math.abs(sight.aheadMs) <= sight.noiseMs;
  // Of a clock that is told by its speed, one look tells where it is alone.
  const after = offsetMs === null ? null : Math.round(sight.aheadMs) / 1_000;
  return { back: isBack ? 'yes' : 'no', after };
}

function lookMs({ offsetMs, rate }: ClockEffect): number {
  if (offsetMs !== null) return skewLookMs;
  return Math.min(longestLookMs, Math.max(shortestLookMs, toldByMs / Math.abs(rate - 1)));
}
