import { ChaosError, isChaosError } from '../model/chaos-error.js';
import type { Aftermath, Evidence } from '../model/evidence.js';
import type { ActiveFault, Backend, Fault, FaultContext } from '../model/fault.js';
import type { Receipt, ReceiptAmendment } from '../model/receipt.js';
import type { Scenario } from '../model/scenario.js';
import { timeoutSignal } from '../model/timeout-signal.js';
import { withTimeLimit } from '../undo/with-time-limit.js';

/** Where receipts are kept, on disk before each promise resolves. `UndoJournal` is one. */
export interface ReceiptLog {
  record(receipt: Receipt): Promise<void>;
  amend(receiptId: string, facts: ReceiptAmendment): Promise<void>;
  done(receiptId: string): Promise<void>;
}

/** One fault, active now; leaving its scope reverts it. */
export interface Injection extends AsyncDisposable {
  readonly scenario: Scenario;
  readonly backend: Backend;
  readonly receipt: Receipt;
  check(signal: AbortSignal): Promise<Evidence>;
  /** Idempotent: a second call waits for the first. The receipt stays in the journal when it fails. */
  revert(signal: AbortSignal): Promise<void>;
  /** After revert; null when the fault has nothing left to look with. */
  checkAfter(signal: AbortSignal): Promise<Aftermath | null>;
}

/** How long an undo may take: its own limit, so that an aborted run still reverts. */
export const revertLimitMs = 30_000;

export interface InjectOptions {
  readonly journal: ReceiptLog;
  /** Told once the receipt is on disk and before anything is touched. */
  readonly onPrepared?: (receipt: Receipt) => void;
}

/**
 * Makes a fault real in the one order that survives a crash: decide, write the receipt, act.
 *
 * @throws ChaosError of `prepare` (nothing was touched), or INJECTION_FAILED (what was begun is undone)
 */
export async function injectFault(
  fault: Fault,
  scenario: Scenario,
  context: Omit<FaultContext, 'amend'>,
  { journal, onPrepared }: InjectOptions,
): Promise<Injection> {
  context.signal.throwIfAborted();
  let receiptId = '';
  const full: FaultContext = { ...context, amend: (facts) => journal.amend(receiptId, facts) };
  const receipt = await fault.prepare(scenario, full);
  receiptId = receipt.id;
  await journal.record(receipt);
  onPrepared?.(receipt);
  let active: ActiveFault;
  try {
    context.signal.throwIfAborted();
    active = await fault.inject(scenario, receipt, full);
  } catch (error) {
    await undoFailedInject(fault, receipt);
    await journal.done(receipt.id);
    throw asInjectionError(error, scenario, context.signal);
  }
  return injectionOf(fault, scenario, receipt, active, journal);
}

/** A fault cleans up after its own failed inject; for what would stay, its undo makes sure. */
async function undoFailedInject(fault: Fault, receipt: Receipt): Promise<void> {
  if (fault.survives === 'journal') await fault.undo?.(receipt, timeoutSignal(revertLimitMs));
}

function asInjectionError(error: unknown, scenario: Scenario, signal: AbortSignal): unknown {
  if (isChaosError(error) || signal.aborted) return error;
  return new ChaosError('INJECTION_FAILED', `${scenario.name} could not be injected: ${String(error)}`, {
    cause: error,
  });
}

function injectionOf(
  fault: Fault,
  scenario: Scenario,
  receipt: Receipt,
  active: ActiveFault,
  journal: ReceiptLog,
): Injection {
  let reverted: Promise<void> | null = null;
  const revert = async (signal: AbortSignal) => {
    try {
      // A revert that ignores its signal must not hold up the way out: its receipt stays, and others are reverted.
      await withTimeLimit(revertLimitMs, signal, (limited) => active.revert(limited));
    } catch (error) {
      // A later call may try again: nothing is given up while the receipt stands.
      reverted = null;
      throw isChaosError(error)
        ? error
        : new ChaosError('UNDO_FAILED', `${scenario.name} could not be reverted: ${String(error)}`, {
            hint: 'run `chaosx recover`',
            cause: error,
          });
    }
    await journal.done(receipt.id);
  };
  return {
    scenario,
    backend: fault.backend,
    receipt,
    check: (signal) => active.check(signal),
    revert: (signal) => (reverted ??= revert(signal)),
    checkAfter: async (signal) => (await active.checkAfter?.(signal)) ?? null,
    [Symbol.asyncDispose]() {
      return this.revert(timeoutSignal(revertLimitMs));
    },
  };
}
