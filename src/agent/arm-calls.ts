import type { CallEffect } from '../interpose/call-effect.js';
import { type CallRule, openCallRule } from '../interpose/call-rule.js';
import { chooseByName, isNamed, type NamedSites } from '../interpose/choose-by-name.js';
import type { CallSite } from '../interpose/find-call-sites.js';
import { fileHandles } from '../interpose/file-handles.js';
import { sitesForEffect } from '../interpose/platform-sites.js';
import { remoteEffect } from '../interpose/remote-effect.js';
import type { AgentCounts, AgentFaults } from '../model/agent-link.js';
import { decisions } from '../model/decide.js';
import type { Wait } from '../model/wait.js';
import { systemClock } from '../model/system-clock.js';
import type { ArmedInPlace, ArmOptions } from './armed-in-place.js';
import { ofPlace, siteSuffix } from './of-place.js';
import { matchesSite } from './modules/module-pattern.js';
import { matchesPlanned, type PlannedSite } from './modules/planned-sites.js';
import { outOfReach } from './out-of-reach.js';
import type { ArmedSites } from './protocol.js';
import type { AwaitedSites } from './site-source.js';

type CallsFault = AgentFaults['calls'];

/**
 * Makes calls of functions in this thread fail, answer with nothing, or take longer.
 *
 * @throws ChaosError INVALID_INPUT for an unknown exception name, INJECTION_FAILED when a function cannot be patched
 */
export function armCalls(fault: CallsFault, options: ArmOptions): ArmedInPlace {
  const { components } = fault;
  const lookOuts =
    components.length === 0 ? [] : options.sources.flatMap((source) => source.lookOut?.(components) ?? []);
  try {
    return armWith(fault, options, lookOuts);
  } catch (error) {
    for (const lookOut of lookOuts) lookOut.stop();
    throw error;
  }
}

function armWith(
  fault: CallsFault,
  options: ArmOptions,
  lookOuts: readonly AwaitedSites[],
): ArmedInPlace<'calls'> {
  const { place, sources, fired, progress, isRevoked } = options;
  // Before files are broken.
  const handlesAreKnown = fileHandles.prototype === null ? fileHandles.areKnown() : null;
  const effect = remoteEffect(fault.effect);
  const chosen = chooseFor(fault, options, effect);
  const suffix = siteSuffix(place);
  let [felt, feltMs] = [0, 0];
  const rule = openCallRule({
    name: fault.name,
    sites: chosen.sites,
    selection: fault.selection,
    effect,
    activeMs: fault.activeMs,
    ...(fault.tag && { tag: fault.tag }),
    decide: ofPlace(decisions(fault.seed), suffix),
    clock: systemClock,
    fired: (decision) => fired({ ...decision, site: `${decision.site}${suffix}` }),
    onOutcome: (outcome) => {
      if (!effect.isFelt(outcome)) return;
      felt += 1;
      feltMs += outcome.tookMs;
    },
    isRevoked,
    progress,
  });
  const attached = new Sites(chosen.sites);
  let isOver = false;
  const attachNamed = (more: readonly CallSite[]) => {
    for (const site of chooseByName(fault.selection.methods ?? [], more).sites)
      if (!isOver && attached.add(site)) attachIfPossible(rule, site);
  };
  const attachMore = (more: readonly CallSite[]) =>
    attachNamed(chooseByComponent(fault.components, more).sites);
  // In a thread that came while the fault was armed.
  void handlesAreKnown?.then(() => attachNamed(platformSitesFor(fault, effect)));
  const stops = fault.components.length === 0 ? [] : sources.map((source) => source.onMore?.(attachMore));
  const waiting = () =>
    lookOuts
      .flatMap((lookOut) => lookOut.waiting())
      .filter((site) => isAnyOf(fault.components, site) && isChosen(fault.selection.methods ?? [], site));
  return {
    sites: {
      names: [...new Set(chosen.sites.map(({ name }) => name))],
      ...unmatchedBy(waiting(), chosen.unmatched),
    },
    counts: (): AgentCounts['calls'] => ({
      inPlace: rule.inPlace(),
      waiting: waiting().length,
      leftOut: lookOuts.reduce((sum, lookOut) => sum + lookOut.leftOut(), 0),
      ...totals(rule),
      felt,
      feltMs,
      taggedRequests: rule.requests?.tagged ?? 0,
      malformedTags: rule.requests?.malformed ?? 0,
      ...(effect.look?.() ?? { standing: 0, changedSince: 0 }),
      waits: firstWaits(effect.waits?.() ?? [], suffix),
      pauses: 0,
    }),
    disarm: () => {
      isOver = true;
      for (const stop of stops) stop?.();
      for (const lookOut of lookOuts) lookOut.stop();
      rule.revert();
    },
  };
}

/** Told with each renewal: those that wait longest say enough. */
const mostWaits = 100;

/** Named by place, as sites are. */
function firstWaits(waits: readonly Wait[], suffix: string): readonly Wait[] {
  return waits.slice(0, mostWaits).map((wait) => ({
    ...wait,
    waiter: `${wait.waiter}${suffix}`,
    resource: `${wait.resource}${suffix}`,
    heldBy: wait.heldBy === null ? null : `${wait.heldBy}${suffix}`,
  }));
}

interface Chosen {
  readonly sites: readonly CallSite[];
  readonly unmatched: Omit<ArmedSites, 'names'>;
}

function platformSitesFor({ components }: CallsFault, effect: CallEffect): readonly CallSite[] {
  const reach = effect.reach?.(components.length > 0);
  return reach?.platform ?? (components.length === 0 ? sitesForEffect(effect) : []);
}

function chooseFor(fault: CallsFault, { sources }: ArmOptions, effect: CallEffect): Chosen {
  const { components, selection } = fault;
  const platform = platformSitesFor(fault, effect);
  const ofComponents =
    components.length === 0
      ? { sites: [], unmatched: [] }
      : chooseByComponent(
          components,
          sources.flatMap((source) => source.sites()),
        );
  const named = chooseByName(selection.methods ?? [], [...ofComponents.sites, ...platform]);
  const unmatched = { unmatchedComponents: ofComponents.unmatched, unmatchedMethods: named.unmatched };
  return {
    sites:
      effect.adapt === undefined ? named.sites : named.sites.flatMap((site) => effect.adapt?.(site) ?? []),
    unmatched: { ...unmatched, outOfReach: outOfReach({ components, ...unmatched }, sources) },
  };
}

/** Patterns that mean functions which are not in reach yet match all the same. */
function unmatchedBy(waiting: readonly PlannedSite[], unmatched: Chosen['unmatched']): Chosen['unmatched'] {
  if (waiting.length === 0) return unmatched;
  return {
    ...unmatched,
    unmatchedComponents: unmatched.unmatchedComponents.filter(
      (pattern) => !waiting.some((site) => matchesPlanned(pattern, site)),
    ),
    unmatchedMethods: unmatched.unmatchedMethods.filter(
      (pattern) => !waiting.some((site) => isChosen([pattern], site)),
    ),
  };
}

function isAnyOf(patterns: readonly string[], site: PlannedSite): boolean {
  return patterns.some((pattern) => matchesPlanned(pattern, site));
}

function isChosen(methods: readonly string[], site: PlannedSite): boolean {
  return methods.length === 0 || isAnyOf(methods, site) || methods.some((pattern) => isNamed(pattern, site));
}

function chooseByComponent(components: readonly string[], sites: readonly CallSite[]): NamedSites {
  return {
    sites: sites.filter((site) => components.some((pattern) => matchesSite(pattern, site))),
    unmatched: components.filter((pattern) => !sites.some((site) => matchesSite(pattern, site))),
  };
}

/** Places of functions: several may have one name. */
class Sites {
  readonly #keys = new Map<object, Set<string | symbol>>();

  constructor(sites: readonly CallSite[]) {
    for (const site of sites) this.add(site);
  }

  /** False when it is there already. */
  add({ holder, key }: CallSite): boolean {
    const keys = this.#keys.get(holder) ?? new Set();
    if (keys.has(key)) return false;
    this.#keys.set(holder, keys.add(key));
    return true;
  }
}

/** A module that was loaded during the fault and does not let itself be patched must not fail for it. */
function attachIfPossible(rule: CallRule, site: CallSite): void {
  try {
    rule.attach(site);
  } catch {
    // Left alone: what is armed is told by name.
  }
}

function totals(rule: CallRule): { matched: number; fired: number } {
  let [matched, fired] = [0, 0];
  for (const counts of rule.counts.values()) {
    matched += counts.matched;
    fired += counts.fired;
  }
  return { matched, fired };
}
