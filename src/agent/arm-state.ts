import { LiveCorruption } from '../interpose/corruption/live-corruption.js';
import { stateProblem } from '../interpose/corruption/state-problem.js';
import type { AgentFaults } from '../model/agent-link.js';
import { ChaosError } from '../model/chaos-error.js';
import { decisions } from '../model/decide.js';
import type { ArmedInPlace, ArmOptions } from './armed-in-place.js';
import { matchesSite } from './modules/module-pattern.js';
import { matchesPlanned } from './modules/planned-sites.js';
import { ofPlace, siteSuffix } from './of-place.js';
import { outOfReach } from './out-of-reach.js';

type StateFault = AgentFaults['state'];

/** Corrupts what the target's modules hold in this thread, now and as further ones come into reach. */
export function armState(fault: StateFault, options: ArmOptions): ArmedInPlace<'state'> {
  const { components, name, operators, rate, atMost, seed } = fault;
  const { place, sources, fired } = options;
  const suffix = siteSuffix(place);
  const live = new LiveCorruption({
    name,
    operators,
    rate,
    ...(atMost !== undefined && { atMost }),
    decide: ofPlace(decisions(seed), suffix),
    fired: (decision) => fired({ ...decision, site: `${decision.site}${suffix}` }),
  });
  const known = new Set<object>();
  const lookOuts = sources.map((source) => source.lookOut?.(components));
  const addMore = () => {
    const roots = sources
      .flatMap((source) => source.state?.() ?? [])
      .filter((one) => !known.has(one.value) && components.some((pattern) => matchesSite(pattern, one)))
      .filter(({ value }) => stateProblem(value, operators) === null);
    for (const { value } of roots) known.add(value);
    live.add(roots.filter(({ value }, i) => roots.findIndex((other) => other.value === value) === i));
  };
  addMore();
  const stops = sources.map((source) => source.onMore?.(addMore));
  return {
    sites: sitesOf(
      fault,
      options,
      lookOuts.flatMap((lookOut) => lookOut?.waiting() ?? []),
    ),
    counts: () => {
      const { standing, changedSince } = live.look();
      return { inPlace: standing, written: live.written, changedSince, pauses: 0 };
    },
    disarm: () => {
      for (const stop of stops) stop?.();
      for (const lookOut of lookOuts) lookOut?.stop();
      const refused = live.restore();
      if (refused.length === 0) return;
      throw new ChaosError(
        'UNDO_FAILED',
        `${refused.join(', ')} could not be put back: the object refuses it`,
        {
          hint: 'it was frozen during the fault; a restart of the target removes what is left there',
        },
      );
    },
  };
}

function sitesOf(
  { components, operators }: StateFault,
  { sources }: ArmOptions,
  waiting: readonly Parameters<typeof matchesPlanned>[1][],
): ArmedInPlace['sites'] {
  const state = sources.flatMap((source) => source.state?.() ?? []);
  const usable = state.filter(({ value }) => stateProblem(value, operators) === null);
  const unmatched = components.filter(
    (pattern) =>
      !usable.some((one) => matchesSite(pattern, one)) &&
      !waiting.some((site) => matchesPlanned(pattern, site)),
  );
  const problems = state
    .filter((one) => unmatched.some((pattern) => matchesSite(pattern, one)))
    .map(({ name, value }) => `${name}: ${stateProblem(value, operators)}`);
  return {
    names: usable.map(({ name }) => name),
    unmatchedComponents: unmatched,
    unmatchedMethods: [],
    outOfReach: [
      ...problems,
      ...outOfReach({ components, unmatchedComponents: unmatched, unmatchedMethods: [] }, sources),
    ],
  };
}
