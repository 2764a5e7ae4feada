import type { DecisionFired, RunStarted, Sample } from '../model/events.js';
import type { Fold } from '../model/fold.js';

/** The seeded choices of one scenario that took effect. */
export interface DecisionsOfScenario {
  readonly scenario: string;
  readonly fired: number;
  /** The first ten. */
  readonly samples: readonly Pick<DecisionFired, 't' | 'rule' | 'site' | 'n' | 'effect'>[];
}

/** Why samples of one probe failed, most frequent first. */
export interface FailuresOfProbe {
  readonly probe: string;
  readonly reasons: readonly { readonly reason: string; readonly count: number }[];
}

/** What a report shows beside results and timeline. */
export interface RunDetails {
  /** null: the stream did not begin with it. */
  readonly started: RunStarted | null;
  readonly decisions: readonly DecisionsOfScenario[];
  readonly failures: readonly FailuresOfProbe[];
}

interface OpenDecisions {
  fired: number;
  readonly samples: DecisionFired[];
}

/** Bounded by the plan, ten decisions a scenario and twelve reasons a probe. */
export interface RunDetailsState {
  started: RunStarted | null;
  decisions: OpenDecisions[];
  readonly failures: Map<string, Map<string, number>>;
}

const mostSamples = 10;
const mostReasons = 12;
const otherReasons = 'other reasons';

/** The plan, samples of decisions and reasons of failures. */
export const runDetails: Fold<RunDetailsState, RunDetails> = {
  init: () => ({ started: null, decisions: [], failures: new Map() }),
  step(state, event) {
    switch (event.type) {
      case 'run-started':
        state.started = event;
        state.decisions = event.scenarios.map(() => ({ fired: 0, samples: [] }));
        for (const { name } of event.probes) state.failures.set(name, new Map());
        break;
      case 'decision-fired': {
        const decisions = state.decisions[event.scenario];
        if (decisions === undefined) break;
        decisions.fired += 1;
        if (decisions.samples.length < mostSamples) decisions.samples.push(event);
        break;
      }
      case 'decisions-counted': {
        const decisions = state.decisions[event.scenario];
        if (decisions !== undefined) decisions.fired += event.fired;
        break;
      }
      case 'sample':
        if (event.outcome !== 'passed') countFailure(state, event);
        break;
      default:
    }
    return state;
  },
  result({ started, decisions, failures }) {
    return {
      started,
      decisions: decisions.map(({ fired, samples }, i) => ({
        scenario: started?.scenarios[i]?.name ?? '',
        fired,
        samples: samples.map(({ t, rule, site, n, effect }) => ({ t, rule, site, n, effect })),
      })),
      failures: [...failures].map(([probe, reasons]) => ({
        probe,
        reasons: [...reasons]
          .map(([reason, count]) => ({ reason, count }))
          .sort((a, b) => b.count - a.count || (a.reason < b.reason ? -1 : 1)),
      })),
    };
  },
};

function countFailure({ failures }: RunDetailsState, { probe, outcome, detail }: Sample): void {
  const reasons = failures.get(probe);
  if (reasons === undefined) return;
  const asked = detail ?? outcome;
  const reason = reasons.has(asked) || reasons.size < mostReasons ? asked : otherReasons;
  reasons.set(reason, (reasons.get(reason) ?? 0) + 1);
}
