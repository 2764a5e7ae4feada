import { formatMs } from '../../model/duration.js';
import { formatResponse } from '../quantity.js';
import { type Advice, type AdviceRule, activeMsOf, type ScenarioView, worstProbe } from './scenario-view.js';

/** What outages and recovery say about fallbacks, breakers and reconnecting. */
export const recoveryAdvice: readonly AdviceRule[] = [
  targetDied,
  neverRecovered,
  downThroughout,
  slowRecovery,
];

/** The target exited under the fault. */
function targetDied({ scenario }: ScenarioView): Advice | null {
  if (scenario.targetFailed === null) return null;
  return {
    evidence: `the target failed under the fault: ${scenario.targetFailed.reason}`,
    action:
      'Handle the error where it happens (its last output names it), and let a supervisor restart the process',
  };
}

/** The steady state did not return within the wait. A target that died has advice of its own. */
function neverRecovered({ started, scenario }: ScenarioView): Advice | null {
  if (scenario.recovery?.recovered !== false || scenario.targetFailed !== null) return null;
  return {
    evidence: `the fault was gone and the system did not come back within ${formatMs(started.maxRecoveryWaitMs)}`,
    action:
      'Look for connections, pool slots or promises that stay stuck; close and reopen them after an error, with a time limit on each wait',
  };
}

/** One outage lasted at least 80 % of the active time. */
function downThroughout(view: ScenarioView): Advice | null {
  if (view.scenario.targetFailed !== null || view.scenario.recovery?.recovered === false) return null;
  const activeMs = activeMsOf(view);
  const worst = worstProbe(view, ({ longestOutageMs }) => longestOutageMs);
  if (worst === null || activeMs <= 0 || worst.value < 0.8 * activeMs) return null;
  return {
    evidence: `${worst.probe.probe} was down for ${formatMs(worst.value)} while the fault lasted ${formatMs(activeMs)}: nothing stands in for what is missing`,
    action:
      'Answer from a cache or a default while it is missing, behind a circuit breaker that stops asking for it',
  };
}

/** Recovery took longer than its limit, or longer than 5 s and a third of the fault. */
function slowRecovery(view: ScenarioView): Advice | null {
  const { recovery } = view.scenario;
  if (recovery?.recovered !== true || recovery.recoveryMs === null) return null;
  const tookMs = recovery.recoveryMs;
  const broken = view.criteria.some(({ name, held }) => name === 'maxRecoveryTime' && held === false);
  if (!broken && (tookMs < 5_000 || tookMs < activeMsOf(view) / 3)) return null;
  return {
    evidence: `the system needed ${formatResponse(tookMs)} to come back after the fault was gone`,
    action:
      'Cap the pause between reconnects, and shorten the time after which the circuit breaker tries again (half-open)',
  };
}
