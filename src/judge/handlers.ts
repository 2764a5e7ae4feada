import type { EventOf } from '../model/events.js';
import type { Fold } from '../model/fold.js';
import type { HandlerCount } from '../model/handler.js';
import type { HandlerResults, ObservedHandler, ScenarioHandlers } from '../model/results.js';
import { handlerKey, sumHandlers } from '../model/sum-handlers.js';

/** Bounded by what the events hold: 2,000 handlers, and 1,000 a scenario. */
export interface HandlersState {
  scenarios: string[];
  readonly ran: EventOf<'handlers-ran'>[];
  found: EventOf<'handlers-found'> | null;
}

/** Which handlers of errors were exercised; null: the run did not observe them, or died before it could say. */
export const handlers: Fold<HandlersState, HandlerResults | null> = {
  init: () => ({ scenarios: [], ran: [], found: null }),
  step(state, event) {
    switch (event.type) {
      case 'run-started':
        state.scenarios = event.scenarios.map(({ name }) => name);
        break;
      case 'handlers-ran':
        state.ran.push(event);
        break;
      case 'handlers-found':
        state.found = event;
        break;
      default:
    }
    return state;
  },
  result({ scenarios, ran, found }) {
    if (found === null) return null;
    const during = new Map(
      sumHandlers(ran.flatMap((event) => event.handlers)).map((one) => [handlerKey(one), one]),
    );
    const observed = found.handlers.map((one) => observe(one, during.get(handlerKey(one))));
    const count = (is: (one: ObservedHandler) => boolean) => observed.filter(is).length;
    return {
      totals: {
        found: observed.length + found.more,
        ran: count((one) => one.ran !== null && one.ran > 0),
        swallowed: count((one) => one.swallowed > 0),
        neverRan: count((one) => one.ran === 0),
        untold: count((one) => one.ran === null),
      },
      handlers: observed.toSorted((a, b) => rank(a) - rank(b) || byPlace(a, b)),
      scenarios: ran.flatMap((event) =>
        event.scenarios.map((index) => ofScenario(scenarios[index] ?? '', event)),
      ),
      more: found.more,
      outOfReach: found.outOfReach,
      failed: found.failed ?? null,
    };
  },
};

function observe(whole: HandlerCount, during: HandlerCount | undefined): ObservedHandler {
  const { ran = 0, swallowed = 0, injected = 0 } = during ?? {};
  const { file, line, column, kind, told } = whole;
  const ranOutside = Math.max(0, whole.ran - ran);
  return { file, line, column, kind, ran: told ? ran : null, swallowed, injected, ranOutside };
}

function ofScenario(scenario: string, { handlers: ran, more }: EventOf<'handlers-ran'>): ScenarioHandlers {
  return {
    scenario,
    ran: ran.length + more,
    swallowed: ran.filter(({ swallowed }) => swallowed > 0).length,
    handlers: ran.map(withoutTold),
  };
}

function withoutTold({
  file,
  line,
  column,
  kind,
  ran,
  swallowed,
  injected,
}: HandlerCount): ScenarioHandlers['handlers'][number] {
  return { file, line, column, kind, ran, swallowed, injected };
}

function rank({ ran, swallowed }: ObservedHandler): number {
  if (ran === 0) return 0;
  return swallowed > 0 ? 1 : ran === null ? 3 : 2;
}

function byPlace(a: ObservedHandler, b: ObservedHandler): number {
  if (a.file !== b.file) return a.file < b.file ? -1 : 1;
  return a.line - b.line || a.column - b.column;
}
