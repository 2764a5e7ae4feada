import assert from 'node:assert/strict';
import { type Injection, injectFault, type ReceiptLog, revertLimitMs } from '../faults/injection.js';
import type { Clock } from '../model/clock.js';
import { decisions } from '../model/decide.js';
import type { Fault, FaultContext } from '../model/fault.js';
import type { Receipt } from '../model/receipt.js';
import type { Scenario } from '../model/scenario.js';
import { systemClock } from '../model/system-clock.js';
import type { Target } from '../model/target.js';
import { timeoutSignal } from '../model/timeout-signal.js';
import { bootId } from '../undo/boot-id.js';
import { undoInFreshProcess } from './undo-in-fresh-process.js';

/** A fresh target for one case, and the eyes to see whether the fault acts on it. */
export interface ConformanceRig extends AsyncDisposable {
  readonly target: Target;
  /** Lets the target meet the fault, and says whether it felt it. Looks with nothing that the fault gave. */
  feelsFault(): Promise<boolean>;
  /** All that must be the same before and after, compared deeply and functions by identity. */
  fingerprint(): Promise<unknown>;
  /** Only for `lease`: silences its controller for so long, then says whether the target still feels the fault. */
  feelsFaultAfterSilence?(silentMs: number): Promise<boolean>;
}

export interface ConformanceSubject {
  readonly fault: Fault;
  readonly scenario: Scenario;
  setUp(): Promise<ConformanceRig>;
  /** Only one at a time can be on a target: a second one is refused, and the first one stays. Default false. */
  readonly isExclusive?: boolean;
  /** Only for `journal`: a module and its export that hold the fault, for the undo in a fresh process. */
  readonly module?: { readonly url: URL; readonly name: string };
}

/** One promise of the fault contract. `run` rejects when the fault breaks it. */
export interface ConformanceCase {
  readonly name: string;
  readonly run: () => Promise<void>;
}

/** The run that the suite's injections belong to: its own, so that two suites on a machine do not meet. */
export const conformanceRunId = `conformance-${process.pid}`;

/** All looks after a revert end by themselves before. */
const afterLimitMs = 20_000;
/** A lease that nobody renews must end within this time. */
const leaseLimitMs = 2_000;

/**
 * The contract of `Fault` as test cases, for any test runner.
 *
 * @example
 * ```ts
 * for (const { name, run } of faultConformance(subject)) test(name, run);
 * ```
 */
export function faultConformance(subject: ConformanceSubject): readonly ConformanceCase[] {
  const { fault } = subject;
  const inRig = (name: string, body: (bench: Bench) => Promise<void>): ConformanceCase => ({
    name: `${fault.type} by ${fault.backend}: ${name}`,
    async run() {
      await using rig = await subject.setUp();
      const before = await rig.fingerprint();
      await body(new Bench(subject, rig));
      assert.deepEqual(await rig.fingerprint(), before, 'something was left behind');
      assert.equal(await rig.feelsFault(), false, 'the effect is still felt');
    },
  });
  const cases = [
    inRig('is supported on its own target', async ({ rig }) => {
      assert.deepEqual(await fault.supports(subject.scenario, rig.target), { supported: true });
    }),
    inRig('prepare touches nothing, is deterministic, and gives plain JSON', async (bench) => {
      const before = await bench.rig.fingerprint();
      const receipt = await fault.prepare(subject.scenario, bench.context());
      assert.deepEqual(JSON.parse(JSON.stringify(receipt)), receipt);
      assert.deepEqual(await fault.prepare(subject.scenario, bench.context()), receipt);
      assert.deepEqual(await bench.rig.fingerprint(), before);
    }),
    inRig('is felt, confirmed and counted, and gone after revert', async (bench) => {
      const injection = await bench.inject();
      assert.equal(await bench.rig.feelsFault(), true, 'the target does not feel it');
      const evidence = await injection.check(timeoutSignal(10_000));
      assert.equal(evidence.active, 'yes', JSON.stringify(evidence));
      if (evidence.exposure.kind === 'counted') assert.ok(evidence.exposure.n > 0, JSON.stringify(evidence));
      await bench.revert(injection);
      assert.deepEqual(bench.pending(), [], 'the receipt is still open');
      // On a busy machine it may not be certain; a fault that says its undo failed is wrong.
      const aftermath = await injection.checkAfter(timeoutSignal(afterLimitMs));
      assert.notEqual(aftermath?.back, 'no', 'it says that its effect is still there');
    }),
    inRig('a target that never meets it is not counted', async (bench) => {
      const injection = await bench.inject();
      const { exposure } = await injection.check(timeoutSignal(10_000));
      if (exposure.kind === 'counted') assert.equal(exposure.n, 0, "the checker's own traffic was counted");
      await bench.revert(injection);
    }),
    inRig('reverting twice, and two at once, is the same as once', async (bench) => {
      const injection = await bench.inject();
      await Promise.all([bench.revert(injection), bench.revert(injection)]);
      await bench.revert(injection);
    }),
    inRig('two injections undone in either order leave nothing', async (bench) => {
      if (subject.isExclusive === true) return bench.refusesSecond();
      for (const order of [
        [0, 1],
        [1, 0],
      ] as const) {
        const injections = [
          await bench.inject({ injectionId: `${conformanceRunId}-a` }),
          await bench.inject({ injectionId: `${conformanceRunId}-b` }),
        ];
        for (const index of order) await bench.revert(injections[index] as Injection);
      }
    }),
    inRig('an aborted signal injects nothing', async (bench) => {
      await assert.rejects(bench.inject({ signal: AbortSignal.abort(new Error('stop')) }));
    }),
    inRig('aborted or failing at every call through the context, nothing is left', (bench) =>
      bench.disturbEachCall(),
    ),
  ];
  if (fault.survives === 'lease') {
    cases.push(
      inRig('a controller that goes silent ends it within 2 s', async (bench) => {
        assert.ok('feelsFaultAfterSilence' in bench.rig, 'a lease fault needs `feelsFaultAfterSilence`');
        const injection = await bench.inject();
        assert.equal(await bench.rig.feelsFault(), true);
        assert.equal(
          await bench.rig.feelsFaultAfterSilence?.(leaseLimitMs),
          false,
          'still felt without renewal',
        );
        await bench.revert(injection);
      }),
    );
  }
  if (fault.survives === 'journal') {
    cases.push(
      inRig('stopped at every step, a fresh process undoes it from the receipt alone', (bench) =>
        bench.crashAtEachStep(),
      ),
    );
  }
  return cases;
}

/** One rig with contexts that can be disturbed. */
class Bench {
  readonly rig: ConformanceRig;
  readonly #subject: ConformanceSubject;
  readonly #receipts = new Map<string, Receipt>();

  constructor(subject: ConformanceSubject, rig: ConformanceRig) {
    this.#subject = subject;
    this.rig = rig;
  }

  readonly #journal: ReceiptLog = {
    record: async (receipt) => void this.#receipts.set(receipt.id, receipt),
    amend: async (id, facts) => {
      const receipt = this.#receipts.get(id);
      if (receipt !== undefined) this.#receipts.set(id, { ...receipt, ...facts });
    },
    done: async (id) => void this.#receipts.delete(id),
  };

  pending(): readonly Receipt[] {
    return [...this.#receipts.values()];
  }

  context(changes: Partial<FaultContext> = {}): FaultContext {
    return {
      runId: conformanceRunId,
      injectionId: `${conformanceRunId}-1`,
      target: this.rig.target,
      decide: decisions(1),
      clock: systemClock,
      expiresAt: 8_640_000_000_000,
      bootId: 'conformance',
      amend: (facts) => this.#journal.amend(`${conformanceRunId}-1`, facts),
      fired: () => undefined,
      signal: new AbortController().signal,
      ...changes,
    };
  }

  async inject(changes: Partial<FaultContext> = {}, journal: ReceiptLog = this.#journal): Promise<Injection> {
    const { fault, scenario } = this.#subject;
    return injectFault(fault, scenario, { ...this.context(changes), bootId: await bootId() }, { journal });
  }

  async revert(injection: Injection): Promise<void> {
    await injection.revert(timeoutSignal(revertLimitMs));
  }

  async refusesSecond(): Promise<void> {
    const first = await this.inject({ injectionId: `${conformanceRunId}-a` });
    await assert.rejects(this.inject({ injectionId: `${conformanceRunId}-b` }), 'a second one was injected');
    assert.equal(await this.rig.feelsFault(), true, 'a refused second injection has ended the first one');
    await this.revert(first);
  }

  /** Aborts, then fails, at the k-th call through the context for every k that inject makes. */
  async disturbEachCall(): Promise<void> {
    const calls = await this.#injectAndRevert(() => undefined);
    for (let k = 1; k <= calls; k += 1) {
      const stop = new AbortController();
      await this.#injectAndRevert(
        (call) => void (call === k && stop.abort(new Error(`aborted at call ${k}`))),
        stop.signal,
      );
      await this.#injectAndRevert((call) => {
        if (call === k) throw new Error(`failed at call ${k}`);
      });
    }
  }

  async #injectAndRevert(
    onCall: (call: number) => void,
    signal = new AbortController().signal,
  ): Promise<number> {
    let calls = 0;
    const next = () => onCall((calls += 1));
    const clock: Clock = {
      ...systemClock,
      sleep: async (delayMs, sleepSignal) => {
        next();
        await systemClock.sleep(delayMs, sleepSignal);
      },
    };
    const journal: ReceiptLog = {
      ...this.#journal,
      amend: async (id, facts) => {
        next();
        await this.#journal.amend(id, facts);
      },
    };
    // A failed inject must have cleaned up by itself; a completed one is reverted.
    const injection = await this.inject({ clock, signal }, journal).catch(() => null);
    if (injection !== null) await this.revert(injection);
    assert.deepEqual(this.pending(), [], 'a receipt is still open');
    return calls;
  }

  /** Holds the fault still at each amendment, and after inject, as a killed process would leave it. */
  async crashAtEachStep(): Promise<void> {
    const { module } = this.#subject;
    assert.ok(module, 'a journal fault needs `module`, so that a fresh process can load it');
    const amendments = await this.#countAmendments();
    for (let step = 0; step <= amendments; step += 1) {
      let amended = 0;
      let reached: () => void = () => undefined;
      let release: (error: Error) => void = () => undefined;
      const atStep = new Promise<void>((resolve) => {
        reached = resolve;
      });
      const journal: ReceiptLog = {
        ...this.#journal,
        amend: async (id, facts) => {
          if (amended === step) {
            reached();
            await new Promise<void>((_, reject) => {
              release = reject;
            });
          }
          amended += 1;
          await this.#journal.amend(id, facts);
        },
      };
      const injecting = this.inject({}, journal).then(
        (injection) => injection,
        () => null,
      );
      await Promise.race([atStep, injecting]);
      for (const receipt of this.pending()) {
        await undoInFreshProcess(module, receipt);
        await undoInFreshProcess(module, receipt);
      }
      release(new Error('the process was killed here'));
      const injection = await injecting;
      if (injection !== null) await this.revert(injection);
    }
  }

  async #countAmendments(): Promise<number> {
    let amended = 0;
    const injection = await this.inject(
      {},
      {
        ...this.#journal,
        amend: async (id, facts) => {
          amended += 1;
          await this.#journal.amend(id, facts);
        },
      },
    );
    await this.revert(injection);
    return amended;
  }
}
