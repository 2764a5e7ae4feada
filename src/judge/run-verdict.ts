import { type Verdict, verdictsWorstFirst } from '../model/verdict.js';
import type { RunFacts } from './run-facts.js';
import type { Judgement } from './scenario-verdict.js';

/** What one scenario of the run came to; null when it was not judged. */
export interface JudgedScenario {
  readonly name: string;
  readonly judgement: Judgement | null;
}

/**
 * The verdict on the run: the worst of its scenarios' and of what concerns the run as a whole
 * (left-overs, a stop, a system that was not steady, a run that died or injected nothing).
 */
export function judgeRun(facts: RunFacts, scenarios: readonly JudgedScenario[]): Judgement {
  const ofScenarios = scenarios.flatMap(({ name, judgement }) => {
    if (judgement === null) return [];
    const { verdict, reason } = judgement;
    return [{ verdict, reason: scenarios.length === 1 ? reason : `${name}: ${reason}` }];
  });
  // At equal verdicts the scenario's reason comes first: it is the nearer one.
  const all = [...ofScenarios, ...judgementsOfRun(facts, ofScenarios.length)];
  if (all.every(({ verdict }) => verdict === 'held') && all.length > 1) {
    return { verdict: 'held', reason: `all ${all.length} scenarios held` };
  }
  for (const verdict of verdictsWorstFirst) {
    const decisive = all.find((judgement) => judgement.verdict === verdict);
    if (decisive !== undefined) return decisive;
  }
  return { verdict: 'inconclusive', reason: 'nothing was observed' };
}

function judgementsOfRun(facts: RunFacts, judged: number): readonly Judgement[] {
  const { cleanExit, stopped, baseline, failedUnprovoked, endStatus, scenarios } = facts;
  const found: Judgement[] = [];
  const say = (verdict: Verdict, reason: string) => found.push({ verdict, reason });
  if (cleanExit?.clean === false) say('leaked', `left behind: ${cleanExit.leftovers.join('; ')}`);
  if (stopped?.by === 'signal' || stopped?.by === 'caller') {
    say('interrupted', `stopped by the ${stopped.by}: ${stopped.detail}`);
  }
  if (failedUnprovoked !== null) say('not-steady', failedUnprovoked.reason);
  if (baseline?.held === false) {
    say('not-steady', `not well before any fault: ${baseline.detail ?? 'the steady state did not hold'}`);
  }
  if (scenarios.some(({ skipped }) => skipped === 'not-steady')) {
    say('not-steady', 'the system was not well before a fault was to be injected');
  }
  if (endStatus === 'refused') say('inconclusive', 'refused before anything was started');
  if (stopped?.by === 'error') say('inconclusive', `stopped by an error: ${stopped.detail}`);
  if (endStatus === null || endStatus === 'crashed') say('inconclusive', 'the run died before it ended');
  if (cleanExit === null) say('inconclusive', 'whether all was put back was not checked');
  // Only work that is done once may be run without a scenario: to see it undisturbed.
  if (scenarios.length === 0 && baseline?.held === true) say('held', 'all went well undisturbed');
  else if (judged === 0) say('inconclusive', nothingInjected(facts));
  const unreached = scenarios.find((one) => one.skipped === null && !one.prepared && one.failed === null);
  if (judged > 0 && unreached !== undefined && unreached.window.injectedAt === null) {
    say('inconclusive', `${unreached.planned.name} was planned and never reached`);
  }
  return found;
}

function nothingInjected({ scenarios }: RunFacts): string {
  if (scenarios.length > 0 && scenarios.every(({ skipped }) => skipped === 'not-triggered')) {
    return 'no scenario triggered: raise their probability, or choose another seed';
  }
  return 'no scenario was injected';
}
