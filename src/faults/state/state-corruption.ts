import { ChaosError } from '../../model/chaos-error.js';
import type { ActiveFault, Fault, Support } from '../../model/fault.js';
import type { Scenario } from '../../model/scenario.js';
import type { PatchReceipt, Receipt } from '../../model/receipt.js';
import type { Target } from '../../model/target.js';
import { thisProcess } from '../../interpose/this-process.js';
import { callFault } from '../application/call-fault.js';
import { firstChoices } from '../first-choices.js';
import { withDetails } from '../with-details.js';
import { corruptedCalls } from './corrupted-calls.js';
import { type ChosenState, chooseState, corruptState } from './corrupted-state.js';
import { isOnCalls, isOnState } from './on-what.js';
import { stateEvidence } from './state-evidence.js';
import { whatWasCorrupted } from './what-was-corrupted.js';

const calls = callFault(corruptedCalls);

/** Data of this process is corrupted: in calls of components, in messages, in what components hold. */
export const stateCorruption: Fault<'STATE_CORRUPTION'> = withDetails(
  {
    type: 'STATE_CORRUPTION',
    backend: 'in-process',
    survives: 'process',

    async supports(scenario, target) {
      if (isOnCalls(scenario)) {
        const supported = await calls.supports(scenario, target);
        if (!supported.supported) return supported;
      }
      const state = stateOf(scenario, target);
      return state === null || state.ok ? { supported: true } : no(state.reason);
    },

    async prepare(scenario, context) {
      context.signal.throwIfAborted();
      const { runId, injectionId: id, bootId, expiresAt, target } = context;
      const state = stateOf(scenario, target);
      if (state?.ok === false) throw unsupported(scenario, state.reason);
      const ofCalls = isOnCalls(scenario) ? sitesOf(await calls.prepare(scenario, context)) : [];
      const sites = [...ofCalls, ...(state?.roots ?? []).map(({ name }) => stateSite(name))];
      return { kind: 'patch', id, runId, bootId, expiresAt, process: thisProcess(), sites };
    },

    async inject(scenario, receipt, context) {
      context.signal.throwIfAborted();
      const named = sitesOf(receipt);
      const state = stateOf(scenario, context.target);
      if (state?.ok === false) throw unsupported(scenario, state.reason);
      // Only what the receipt names is touched.
      const roots = (state?.roots ?? []).filter(({ name }) => named.includes(stateSite(name)));
      const live = state === null ? null : corruptState(scenario, roots, context);
      let ofCalls: ActiveFault | null = null;
      try {
        if (isOnCalls(scenario)) {
          const sites = named.filter((name) => !name.startsWith(statePrefix));
          ofCalls = await calls.inject(scenario, { ...patchReceipt(receipt), sites }, context);
        }
      } catch (error) {
        live?.restore();
        throw error;
      }
      return {
        async check(signal) {
          signal.throwIfAborted();
          const seen = live === null ? null : { written: live.written, ...live.look() };
          return stateEvidence((await ofCalls?.check(signal)) ?? null, seen);
        },
        async revert(signal) {
          // Neither is left for the other's sake.
          const [reverted] = await Promise.allSettled([ofCalls?.revert(signal)]);
          requireRestored(live?.restore() ?? []);
          if (reverted.status === 'rejected') throw reverted.reason;
        },
      };
    },
  },
  firstChoices(whatWasCorrupted),
);

const statePrefix = 'state of ';

function stateSite(component: string): string {
  return `${statePrefix}${component}`;
}

function stateOf(scenario: Scenario<'STATE_CORRUPTION'>, target: Target): ChosenState | null {
  return isOnState(scenario) ? chooseState(scenario, target) : null;
}

function requireRestored(refused: readonly string[]): void {
  if (refused.length === 0) return;
  throw new ChaosError('UNDO_FAILED', `${refused.join(', ')} could not be put back: the object refuses it`, {
    hint: 'it was frozen or sealed during the fault; a restart of the program removes what is left there',
  });
}

function unsupported({ name }: Scenario, reason: string): ChaosError {
  return new ChaosError('UNSUPPORTED_SCENARIO', `${name} cannot be made: ${reason}`, {
    hint: 'change `targetComponents`, `on` or `operators`, or the objects that the target is made of',
  });
}

function sitesOf(receipt: Receipt): readonly string[] {
  return patchReceipt(receipt).sites;
}

function patchReceipt(receipt: Receipt): PatchReceipt {
  if (receipt.kind === 'patch') return receipt;
  throw new ChaosError('INTERNAL', `expected the receipt of a patch, got one of kind ${receipt.kind}`);
}

function no(reason: string): Support {
  return { supported: false, reason };
}
