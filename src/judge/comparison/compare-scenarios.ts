import {
  type Compared,
  type ComparedName,
  comparedNames,
  type ComparedQuantity,
  type ComparedRuns,
  type ComparedScenario,
  type Margins,
  type Side,
} from '../../model/comparison.js';
import type { RoundScenario, RoundSummary } from '../../model/round-summary.js';
import { newcombeInterval } from '../statistics/newcombe-interval.js';
import { compareQuantity } from './compare-quantity.js';

/** What is met on both sides is compared; what is met on one alone cannot be. */
export interface ComparedScenarios {
  readonly scenarios: readonly ComparedScenario[];
  readonly unmatched: readonly { readonly scenario: string; readonly side: Side }[];
}

interface Group {
  readonly experiment: string;
  readonly scenario: string;
  readonly runs: RoundScenario[];
}

/** Scenario by scenario, over the runs of both sides. */
export function compareScenarios(
  base: readonly RoundSummary[],
  head: readonly RoundSummary[],
  margins: Margins,
): ComparedScenarios {
  // Two versions of a system may have a file each: where a side has one experiment, its name says nothing.
  const byName = [base, head].some((rounds) => new Set(rounds.map(({ experiment }) => experiment)).size > 1);
  const groups = { base: groupsOf(base, byName), head: groupsOf(head, byName) };
  const only = (side: Side, other: Side) =>
    [...groups[side]].flatMap(([key, { scenario }]) => (groups[other].has(key) ? [] : { scenario, side }));
  return {
    scenarios: [...groups.base].flatMap(([key, ofBase]) => {
      const ofHead = groups.head.get(key);
      return ofHead === undefined ? [] : compareGroups(ofBase, ofHead, margins);
    }),
    unmatched: [...only('base', 'head'), ...only('head', 'base')],
  };
}

/** By scenario; the second of the same name in a run is another one. What did not trigger was not run. */
function groupsOf(rounds: readonly RoundSummary[], byName: boolean): ReadonlyMap<string, Group> {
  const groups = new Map<string, Group>();
  for (const { experiment, scenarios } of rounds) {
    const seen = new Map<string, number>();
    for (const scenario of scenarios) {
      const nth = (seen.get(scenario.name) ?? 0) + 1;
      seen.set(scenario.name, nth);
      const key = JSON.stringify([byName ? experiment : '', scenario.name, nth]);
      const name = nth === 1 ? scenario.name : `${scenario.name} (${nth})`;
      const group = groups.get(key) ?? { experiment, scenario: name, runs: [] };
      groups.set(key, group);
      if (scenario.triggered) group.runs.push(scenario);
    }
  }
  return groups;
}

function compareGroups(ofBase: Group, ofHead: Group, margins: Margins): ComparedScenario {
  const [base, head] = [injectedOf(ofBase), injectedOf(ofHead)];
  const counts = { base: countsOf(ofBase.runs), head: countsOf(ofHead.runs) };
  const heldDifference = newcombeInterval(
    { yes: counts.base.held, n: base.length },
    { yes: counts.head.held, n: head.length },
  );
  const heldFewer = heldDifference !== null && heldDifference.upper < 0;
  const longestSeconds = Math.max(
    0,
    ...[...base, ...head].map(({ recoveryTimeSeconds }) => recoveryTimeSeconds ?? 0),
  );
  const quantities = comparedNames.map((name) => {
    const values = (runs: readonly RoundScenario[]) =>
      runs.map((run) => valueOf(name, run, longestSeconds)).filter((value) => value !== null);
    const quantity = compareQuantity(name, { base: values(base), head: values(head) }, margins[name]);
    return name === 'recoveryTimeSeconds' ? withNeverRecovered(quantity, counts.base, counts.head) : quantity;
  });
  // What neither side has a number for is not a part of the comparison.
  const seen = quantities.filter(({ base: ours, head: theirs }) => ours.length + theirs.length > 0);
  return {
    experiment: ofHead.experiment,
    scenario: ofHead.scenario,
    ...counts,
    heldDifference,
    heldFewer,
    quantities: seen,
    state: heldFewer ? 'worse' : worstState(seen.map(({ state }) => state)),
  };
}

/** How long it would have taken is not known: no interval over lower bounds shows that a head is not worse. */
function withNeverRecovered(
  quantity: ComparedQuantity,
  base: ComparedRuns,
  head: ComparedRuns,
): ComparedQuantity {
  if (head.neverRecovered === 0) return quantity;
  const state = head.neverRecovered > base.neverRecovered ? 'worse' : 'undecided';
  return { ...quantity, state, runsToDecide: null };
}

function injectedOf({ runs }: Group): readonly RoundScenario[] {
  return runs.filter(({ injected }) => injected);
}

function countsOf(runs: readonly RoundScenario[]): ComparedRuns {
  const injected = runs.filter((run) => run.injected);
  return {
    runs: runs.length,
    injected: injected.length,
    held: injected.filter(({ verdict }) => verdict === 'held').length,
    neverRecovered: injected.filter(({ recovered }) => recovered === false).length,
  };
}

function valueOf(name: ComparedName, run: RoundScenario, longestSeconds: number): number | null {
  switch (name) {
    case 'answeredWell':
      return run.offered === 0 ? null : ((run.offered - run.failed) / run.offered) * (run.harvest ?? 1);
    case 'recoveryTimeSeconds':
      return run.recovered === false ? longestSeconds : run.recoveryTimeSeconds;
    case 'availabilityByTime':
    case 'p95DuringMs':
      return run[name];
    case 'longestOutageMs':
      return run.offered === 0 ? null : run.longestOutageMs;
  }
}

function worstState(states: readonly Compared[]): Compared {
  if (states.includes('worse')) return 'worse';
  return states.length === 0 || states.includes('undecided') ? 'undecided' : 'not-worse';
}
