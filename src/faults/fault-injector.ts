import { ChaosError } from '../model/chaos-error.js';
import type { Clock } from '../model/clock.js';
import { decisions } from '../model/decide.js';
import { toMs } from '../model/duration.js';
import type { Fault, FiredDecision } from '../model/fault.js';
import type { SafetyLimits } from '../model/safety-limits.js';
import type { Scenario } from '../model/scenario.js';
import { systemClock } from '../model/system-clock.js';
import type { Target } from '../model/target.js';
import { timeoutSignal } from '../model/timeout-signal.js';
import { bootId } from '../undo/boot-id.js';
import { openUndoJournal } from '../undo/undo-journal.js';
import { startWatchdog } from '../undo/watchdog-process.js';
import { allFaults } from './all-faults.js';
import { chooseFault } from './choose-fault.js';
import { type Injection, injectFault, type ReceiptLog, revertLimitMs } from './injection.js';
import { type ReachedTarget, reachTarget } from './reach-target.js';
import { processesHitBy, requireConsent } from './require-consent.js';
import { newRunId } from './run-id.js';
import { requireSafe } from './safety/require-safe.js';

export interface FaultInjectorOptions {
  /** Default: every fault of this package. */
  readonly faults?: readonly Fault[];
  readonly clock?: Clock;
  /** Where undo journals live. Default: the user's state directory. */
  readonly stateDirectory?: string;
}

export interface InjectionOptions {
  /** Drives every random choice. Default 0. */
  readonly seed?: number;
  /** Lets rules of the kernel hit every local process that talks to the address of a target. Default false. */
  readonly allowLocalProcesses?: boolean;
  /** What may never be done; refused before anything is touched. */
  readonly safety?: SafetyLimits;
  readonly signal?: AbortSignal;
  /** Told of each choice that took effect. */
  readonly onFired?: (decision: FiredDecision) => void;
}

/**
 * Injects single faults, outside an experiment: in a test, or in a REPL.
 * Each injection has its receipt in the undo journal, ends by itself after the scenario's duration, and is undone by a
 * watchdog when this process dies.
 *
 * @example
 * ```ts
 * const shop = { stock: { get: async (id: string) => 3 } };
 * const target = inProcessTarget('shop', shop);
 * const scenario = CHAOS_SCENARIOS.random_exceptions.with({ parameters: { injectionRate: 1 } });
 * {
 *   await using injection = await new FaultInjector().inject(scenario, target);
 *   await shop.stock.get('a').catch((error) => error.message); // the injected error
 * }
 * await shop.stock.get('a'); // 3
 * ```
 */
export class FaultInjector {
  readonly #faults: readonly Fault[];
  readonly #clock: Clock;
  readonly #stateDirectory: string | undefined;

  constructor(options: FaultInjectorOptions = {}) {
    this.#faults = options.faults ?? allFaults;
    this.#clock = options.clock ?? systemClock;
    this.#stateDirectory = options.stateDirectory;
  }

  /**
   * Makes a scenario real on this process, on objects of it, on an address, or on a process that runs already: to that one
   * the agent is attached for as long as a fault needs it. Its connections are met as it opens them: it has 5 s for the first.
   * What must be started first is for a `ChaosOrchestrator`.
   *
   * @throws ChaosError UNSUPPORTED_SCENARIO with every backend's reason; INJECTION_FAILED; STORAGE_FAILED; UNSAFE as `requireSafe`; of a running
   *   process also TARGET_NOT_READY, TARGET_NOT_ROUTED
   */
  async inject(scenario: Scenario, target: Target, options: InjectionOptions = {}): Promise<Injection> {
    const choice = await chooseFault(this.#faults, scenario, target);
    if (!choice.possible) throw unsupported(scenario, target, choice.reasons);
    const faults = [choice.fault];
    await requireSafe(
      [{ scenario, fault: choice.fault, activeMs: toMs(scenario.duration) }],
      target,
      options.safety,
    );
    requireConsent(faults, target, processesHitBy(faults, target), options.allowLocalProcesses ?? false);
    const runId = newRunId(this.#clock.wallMs());
    const [limitMs, boot] = [toMs(scenario.duration), await bootId()];
    const journal = await openUndoJournal({ runId, stateDirectory: this.#stateDirectory });
    // What dies with this process needs nobody to undo it.
    const watchdog = choice.fault.survives === 'process' ? null : await startWatchdog(journal);
    let reached: ReachedTarget = { target, leave: null };
    const close = async () => {
      try {
        await reached.leave?.(timeoutSignal(revertLimitMs));
      } finally {
        await settle();
      }
    };
    const settle = async () => {
      // After a failed undo the watchdog undoes what is still pending, from its own process.
      await watchdog?.[Symbol.asyncDispose]();
      await journal.close({ remove: journal.pending().length === 0 });
    };
    const log: ReceiptLog = {
      record: (receipt) => journal.record(receipt).then(() => watchdog?.changed()),
      amend: (id, facts) => journal.amend(id, facts).then(() => watchdog?.changed()),
      done: (id) => journal.done(id),
    };
    const context = {
      runId,
      clock: this.#clock,
      bootId: boot,
      expiresAt: this.#clock.wallMs() + limitMs + revertLimitMs,
      signal: options.signal ?? new AbortController().signal,
    };
    try {
      reached = await reachTarget(choice.fault, scenario, target, {
        ...context,
        journal: log,
        outputPath: null,
      });
      const injection = await injectFault(
        choice.fault,
        scenario,
        {
          ...context,
          injectionId: `${runId}-1`,
          target: reached.target,
          decide: decisions(options.seed ?? 0),
          fired: (decision) => options.onFired?.(decision),
        },
        { journal: log },
      );
      // The agent goes with the fault: nothing is left to look with.
      const looking = reached.leave === null ? injection : { ...injection, checkAfter: async () => null };
      return this.#limited(looking, limitMs, close, options.signal);
    } catch (error) {
      await close();
      throw error;
    }
  }

  /** Ends the injection by itself after its duration or when the caller's signal aborts. */
  #limited(
    injection: Injection,
    limitMs: number,
    close: () => Promise<void>,
    signal?: AbortSignal,
  ): Injection {
    const ended = new AbortController();
    const stop = signal === undefined ? ended.signal : AbortSignal.any([ended.signal, signal]);
    let closed: Promise<void> | null = null;
    const revert = async (undoSignal: AbortSignal) => {
      ended.abort();
      await injection.revert(undoSignal);
      await (closed ??= close());
    };
    void this.#clock
      .sleep(limitMs, stop)
      .catch(() => undefined)
      .then(() => revert(timeoutSignal(revertLimitMs)))
      // The receipt stays in the journal, where `chaosx recover` and the next start find it.
      .catch(() => undefined);
    return {
      ...injection,
      revert,
      [Symbol.asyncDispose]: () => revert(timeoutSignal(revertLimitMs)),
    };
  }
}

function unsupported(scenario: Scenario, target: Target, reasons: readonly string[]): ChaosError {
  return new ChaosError(
    'UNSUPPORTED_SCENARIO',
    `${scenario.name} cannot be made on ${target.name}: ${reasons.join('; ')}`,
    { hint: 'choose another scenario (`chaosx scenarios`) or another target' },
  );
}
