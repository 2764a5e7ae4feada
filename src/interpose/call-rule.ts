import { ChaosError } from '../model/chaos-error.js';
import type { Clock } from '../model/clock.js';
import type { Decide } from '../model/decide.js';
import { toMs } from '../model/duration.js';
import type { FiredDecision } from '../model/fault.js';
import type { FaultedCall, PlatformCallSelection } from '../model/scenario-parameters.js';
import type { RequestTag, TagCounts } from '../model/request-tag.js';
import type { CallEffect, HitCall } from './call-effect.js';
import { CallProgress } from './call-progress.js';
import { subjectTest } from './call-subject.js';
import { Delays } from './delays.js';
import { exempt } from './exempt.js';
import type { CallSite } from './find-call-sites.js';
import { observeOutcome, type Outcome } from './observe-outcome.js';
import { type TaggedRequests, watchRequests } from './tagged-requests.js';
import { type Attachment, attachLayer, type InterceptedCall, type Layer } from './patched-site.js';

/** Stands for the number of a call that was not chosen and follows those that were. */
const following = -2;

export interface CallRuleOptions {
  /** Names the decisions: the same name, site and seed give the same choices. */
  readonly name: string;
  readonly sites: readonly CallSite[];
  readonly selection: PlatformCallSelection;
  readonly effect: CallEffect;
  /** How long the fault is meant to be active: nothing blocks longer. */
  readonly activeMs: number;
  /** By what requests are told whose handling the selection may be limited to. */
  readonly tag?: RequestTag;
  readonly decide: Decide;
  readonly clock: Clock;
  readonly fired: (decision: FiredDecision) => void;
  /** Told how each call ended that was hit. */
  readonly onOutcome: (outcome: Outcome) => void;
  /** Asked while a call blocks its thread, so that nothing else can say so: true ends the fault's delays. Default: never. */
  readonly isRevoked?: () => boolean;
  /** Of the same rule, when it was put back meanwhile: its numbers of calls, limits and time go on. Default: a new one. */
  readonly progress?: CallProgress;
}

/** What one site has seen. */
export interface SiteCounts {
  /** Calls whose method, arguments and time the selection allows. */
  matched: number;
  /** Calls whose caller was made to feel the effect. */
  fired: number;
}

/** A selection of calls and what happens to them, patched into its sites. */
export interface CallRule {
  readonly counts: ReadonlyMap<string, SiteCounts>;
  /** Of incoming requests, when the selection is limited to tagged ones. */
  readonly requests: TagCounts | null;
  /**
   * Patches a further site.
   *
   * @throws ChaosError INJECTION_FAILED when it cannot be patched
   */
  attach(site: CallSite): void;
  /** How many of the sites hold our function now. */
  inPlace(): number;
  /** @throws ChaosError INVALID_INPUT with the first error of the user's own predicate, class or factory */
  checkProblems(): void;
  /**
   * Ends delays and puts every site back, last one first. Idempotent.
   *
   * @throws ChaosError UNDO_FAILED when an object does not let go of our function, which then passes every call on
   */
  revert(): void;
}

/**
 * Patches all sites, or none.
 *
 * @throws ChaosError INJECTION_FAILED when one of them cannot be patched
 */
export function openCallRule(options: CallRuleOptions): CallRule {
  const rule = new Rule(options);
  try {
    for (const site of options.sites) rule.attach(site);
  } catch (error) {
    rule.revert();
    throw error;
  }
  return rule;
}

class Rule implements CallRule {
  readonly counts = new Map<string, SiteCounts>();
  readonly #options: CallRuleOptions;
  readonly #attachments: Attachment[] = [];
  readonly #delays: Delays;
  readonly #startedMs: number;
  /** The sites' names: functions of one name are chosen from together. */
  readonly #names: ReadonlySet<string>;
  readonly #selectors = new Map<string, Layer['select']>();
  readonly #requests: TaggedRequests | null;
  readonly #progress: CallProgress;
  #hitsLeft: number;
  #reverted = false;
  #problem: { readonly site: string; readonly error: unknown } | null = null;

  constructor(options: CallRuleOptions) {
    this.#options = options;
    this.#progress = options.progress ?? new CallProgress();
    this.#startedMs = this.#progress.startedMs ??= options.clock.nowMs();
    this.#delays = new Delays(options.clock, this.#startedMs + options.activeMs, options.isRevoked);
    this.#names = new Set(options.sites.map(({ name }) => name));
    this.#requests = requestsFor(options);
    this.#hitsLeft = (options.selection.atMost ?? Number.POSITIVE_INFINITY) - this.#progress.hits;
  }

  attach(site: CallSite): void {
    const { effect, decide, name } = this.#options;
    const counts = this.counts.get(site.name) ?? { matched: 0, fired: 0 };
    this.counts.set(site.name, counts);
    // A platform call that is let through must still be known to be under way: its site does not rest.
    const mayRest = site.platform === undefined && effect.follow === undefined;
    const rest = () => (mayRest ? attachment.rest() : undefined);
    const choose = this.#selectors.get(site.name) ?? this.#selector(site, counts, rest);
    this.#selectors.set(site.name, choose);
    const isSubject = this.#subjectTest(site);
    const select: Layer['select'] =
      isSubject === null && this.#requests === null
        ? choose
        : (args, constructed, thisArg) =>
            this.#isInScope() && isSubject?.(args, thisArg) !== false
              ? choose(args, constructed, thisArg)
              : -1;
    const act = (n: number, call: HitCall) =>
      n === following ? effect.follow?.apply(call) : effect.apply(call);
    const saw = effect.watch?.(site) ?? null;
    const attachment: Attachment = attachLayer(site, {
      select: this.#orFollow(site, select),
      act: (n, call) =>
        act(n, {
          ...call,
          ...this.#facts(site, call),
          platform: site.platform ?? null,
          message: site.message ?? null,
          site: site.name,
          component: site.component,
          method: site.method,
          delays: this.#delays,
          draw: (purpose) => decide(`${name}/${purpose}`, site.name, n),
          felt: (what) => {
            counts.fired += 1;
            exempt(() => this.#options.fired({ rule: name, site: site.name, n, effect: what }));
          },
          observe: (answer) => observeOutcome(answer, this.#options.clock, this.#options.onOutcome),
          problem: (error) => this.#keepProblem(site, error),
        }),
      ...(saw !== null && { saw }),
    });
    this.#attachments.push(attachment);
  }

  #orFollow(site: CallSite, select: Layer['select']): Layer['select'] {
    const { follow } = this.#options.effect;
    if (follow === undefined) return select;
    const isOfProgram = this.#isOfProgram(site);
    return (args, constructed, thisArg) => {
      const n = select(args, constructed, thisArg);
      const follows =
        n === -1 && !constructed && follow.isNeeded(site, args, thisArg) && isOfProgram(args, thisArg);
      return follows ? following : n;
    };
  }

  get requests(): TagCounts | null {
    return this.#requests?.counts ?? null;
  }

  #isInScope(): boolean {
    return !this.#reverted && this.#requests?.isTagged() !== false;
  }

  inPlace(): number {
    return this.#attachments.filter((attachment) => attachment.inPlace()).length;
  }

  checkProblems(): void {
    if (this.#problem === null) return;
    const { site, error } = this.#problem;
    throw new ChaosError(
      'INVALID_INPUT',
      `your code for choosing calls or making errors failed at ${site}: ${String(error)}`,
      {
        hint: 'fix the `when` predicate, error class or factory: calls at which it fails are left alone',
        cause: error,
      },
    );
  }

  revert(): void {
    this.#reverted = true;
    this.#delays.release();
    this.#requests?.stop();
    // Last in, first out: the objects' hidden classes go back the way they came.
    const stuck = this.#attachments.toReversed().filter((attachment) => attachment.detach() === 'refused');
    const refused = this.#options.effect.undo?.() ?? [];
    const names = [...stuck.map(({ site }) => site.name), ...refused].join(', ');
    if (names === '') return;
    throw new ChaosError('UNDO_FAILED', `${names} could not be put back: the object refuses to be changed`, {
      hint: 'it was frozen or sealed during the fault; what is left there passes every call on, a restart removes it',
    });
  }

  /** Chooses calls by their numbers at the site, whatever happens at other sites in between. */
  #selector(site: CallSite, counts: SiteCounts, rest: () => void): Layer['select'] {
    const { decide, effect, name, selection } = this.#options;
    const { onConstruct } = effect;
    const { injectionRate, everyNth = 1, firstN = Number.POSITIVE_INFINITY, afterN = 0, when } = selection;
    const hash = decide.at(name, site.name);
    const timing = this.#window();
    // Counts calls before the window too: the same call keeps its choice when a run is a little faster or slower.
    const progress = this.#progress.at(site.name);
    return (args, constructed) => {
      if (constructed && !onConstruct) return -1;
      // A call that another fault held back comes here late.
      if (this.#reverted) return -1;
      if (when !== undefined && !this.#asks(when, args, site)) return -1;
      const n = progress.calls;
      progress.calls += 1;
      if (timing !== null) {
        const now = timing();
        if (now === 'over') rest();
        if (now !== 'open') return -1;
      }
      const k = progress.matched;
      progress.matched += 1;
      counts.matched += 1;
      if (k + 1 >= firstN) rest();
      if (k >= firstN || k < afterN || (everyNth > 1 && (k + 1) % everyNth !== 0)) return -1;
      if (injectionRate < 1 && hash(n) >= injectionRate) return -1;
      return this.#takeHit() ? n : -1;
    };
  }

  /** Tells the calls that the site's faults may act on by what they are about; null: all of them. */
  #subjectTest({
    platform,
    message,
  }: CallSite): ((args: readonly unknown[], thisArg: unknown) => boolean) | null {
    if (message !== undefined) return (args, thisArg) => message.dataAt(args, thisArg) !== null;
    const isAbout = subjectTest(this.#options.selection);
    if (platform === undefined) return isAbout === null ? null : () => false;
    return (args, thisArg) => {
      const subject = platform.subjectOf(args, thisArg, this.#names);
      if (subject === null || isAbout?.(subject) === false) return false;
      // Part of another call of the platform, of loading modules, or of chaosx, which goes on writing its journal.
      return (subject.caller?.() ?? 'program') === 'program';
    };
  }

  #isOfProgram({ platform }: CallSite): (args: readonly unknown[], thisArg: unknown) => boolean {
    if (platform === undefined) return () => true;
    return (args, thisArg) => {
      const subject = platform.subjectOf(args, thisArg, this.#names);
      return subject !== null && (subject.caller?.() ?? 'program') === 'program';
    };
  }

  /** What errors of the platform name. */
  #facts(
    { platform }: CallSite,
    { args, thisArg }: Pick<InterceptedCall, 'args' | 'thisArg'>,
  ): Pick<FaultedCall, 'peer' | 'file' | 'query'> {
    const { peer, file, query } = platform?.subjectOf(args, thisArg, this.#names) ?? {};
    return { ...(peer && { peer }), ...(file && { file }), ...(query && { query }) };
  }

  #window(): (() => 'early' | 'open' | 'over') | null {
    const { clock, selection } = this.#options;
    if (selection.window === undefined) return null;
    const fromMs = this.#startedMs + toMs(selection.window.from);
    const untilMs = this.#startedMs + toMs(selection.window.to);
    return () => {
      const nowMs = clock.nowMs();
      if (nowMs < fromMs) return 'early';
      return nowMs < untilMs ? 'open' : 'over';
    };
  }

  /** Which calls come first over several sites is up to the target: `atMost` alone depends on interleaving. */
  #takeHit(): boolean {
    if (this.#hitsLeft <= 0) return false;
    this.#hitsLeft -= 1;
    this.#progress.hits += 1;
    const { follow } = this.#options.effect;
    if (this.#hitsLeft === 0 && follow === undefined) for (const one of this.#attachments) one.rest();
    return true;
  }

  #asks(when: NonNullable<PlatformCallSelection['when']>, args: readonly unknown[], site: CallSite): boolean {
    try {
      return exempt(() => when(args, { component: site.component, method: site.method }));
    } catch (error) {
      this.#keepProblem(site, error);
      return false;
    }
  }

  #keepProblem(site: CallSite, error: unknown): void {
    this.#problem ??= { site: site.name, error };
  }
}

function requestsFor({ selection: { scope }, tag, name }: CallRuleOptions): TaggedRequests | null {
  if (scope === undefined) return null;
  if (tag === undefined) throw new ChaosError('INTERNAL', `${name} is for tagged requests, and has no tag`);
  return watchRequests(tag);
}
