import type { FaultedCall } from '../model/scenario-parameters.js';
import type { Wait } from '../model/wait.js';
import type { Standing } from './corruption/corruption-journal.js';
import type { Delays } from './delays.js';
import type { CallSite } from './find-call-sites.js';
import type { MessageCall } from './message-call.js';
import type { Outcome } from './observe-outcome.js';
import type { InterceptedCall, Layer } from './patched-site.js';
import type { PlatformCall } from './platform-call.js';

/** One call that was chosen, and what an effect may do with it. */
export interface HitCall extends InterceptedCall, FaultedCall {
  /** Further choices for this call: uniform in [0, 1), the same for the same purpose. */
  draw(purpose: string): number;
  readonly delays: Delays;
  /** For a call of the platform: how faults act on it. */
  readonly platform: PlatformCall | null;
  /** For a call by which a message comes: where its data is. */
  readonly message: MessageCall | null;
  /** `component.method`. */
  readonly site: string;
  /** Says that the effect is felt now, e.g. `throw ECONNRESET`. */
  felt(effect: string): void;
  /** Runs what the caller gets its answer from, and takes down how it ended. */
  observe<T>(answer: () => T): T;
  /** Keeps an error of the user's own code (a factory) for `checkProblems`; the call goes on without the fault. */
  problem(error: unknown): void;
}

/** What happens to a call that was chosen; returns or throws what the caller gets. */
export interface CallEffect {
  /** False: calls through `new` are left alone, for the effect could not be felt there. */
  readonly onConstruct: boolean;
  apply(call: HitCall): unknown;
  /** Tells the functions of the platform by which it can be delivered. Default: all. */
  readonly onPlatform?: (platform: PlatformCall) => boolean;
  /** The functions of the platform that it acts on, where these are not those of `platformSites`. */
  readonly sites?: () => readonly CallSite[];
  /** A site as it acts on it; null: not at all. Default: as it is. */
  adapt?(site: CallSite): CallSite | null;
  /** True when a caller that got this outcome met the effect. */
  isFelt(outcome: Outcome): boolean;
  /** Which functions it acts on, where that is not what the target's components or the platform offer to all effects. */
  readonly reach?: (hasComponents: boolean) => EffectReach;
  /** Acts on calls that were not chosen as well, where these must not overtake one that was. */
  readonly follow?: {
    isNeeded(site: CallSite, args: readonly unknown[], thisArg: unknown): boolean;
    apply(call: HitCall): unknown;
  };
  /** Puts back what it changed beyond the answers, and changes nothing more. Idempotent. Returns what refuses. */
  undo?(): readonly string[];
  /** What is to be told of each call of a site that was not chosen; null: nothing. */
  watch?(site: CallSite): NonNullable<Layer['saw']> | null;
  /** Places that it changed in place, read again. */
  look?(): Standing;
  /** Calls that wait now, and for what. */
  waits?(): readonly Wait[];
  /** After `undo`: resolves once the threads that it started have ended. */
  ended?(): Promise<void>;
}

/** The functions that an effect acts on. */
export interface EffectReach {
  /** Functions of components. */
  readonly onComponents: boolean;
  /** Functions of the platform; they are chosen without being named. */
  readonly platform: readonly CallSite[];
}
