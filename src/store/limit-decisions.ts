import type { EventOf, EventSink } from '../model/events.js';

/** This many decisions of a run are events of their own. */
const mostInFull = 1_000;

/**
 * Passes events on, of which the first 1,000 `decision-fired` of the run in full. Later ones are counted by scenario
 * and site, and told as `decisions-counted` just before the scenario's `fault-reverted` (or `run-ended`): together with
 * the full ones these give the number that fired.
 *
 * @param onCounted - takes each decision that is only counted, e.g. `DecisionLog.append`
 */
export function limitDecisions(
  sink: EventSink,
  onCounted: (decision: EventOf<'decision-fired'>) => void = () => {},
): EventSink {
  let inFull = 0;
  const counts = new Map<number, Map<string, number>>();

  const tell = (scenario: number, t: number) => {
    const bySite = counts.get(scenario);
    if (bySite === undefined) return;
    counts.delete(scenario);
    const fired = [...bySite.values()].reduce((sum, n) => sum + n, 0);
    sink({ type: 'decisions-counted', t, scenario, fired, bySite: Object.fromEntries(bySite) });
  };

  return (event) => {
    switch (event.type) {
      case 'decision-fired': {
        if (inFull < mostInFull) {
          inFull += 1;
          sink(event);
          return;
        }
        const bySite = counts.get(event.scenario) ?? new Map<string, number>();
        bySite.set(event.site, (bySite.get(event.site) ?? 0) + 1);
        counts.set(event.scenario, bySite);
        onCounted(event);
        return;
      }
      case 'fault-reverted':
        tell(event.scenario, event.t);
        break;
      case 'run-ended':
        for (const scenario of counts.keys()) tell(scenario, event.t);
        break;
      default:
    }
    sink(event);
  };
}
