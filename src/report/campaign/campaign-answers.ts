import { formatNumber, formatResponse, formatShare } from '../../judge/quantity.js';
import { medianOf } from '../../judge/statistics/median-of.js';
import type { CampaignResults } from '../../model/campaign-results.js';
import { formatMs } from '../../model/duration.js';
import type { RoundSummary } from '../../model/round-summary.js';
import type { Verdict } from '../../model/verdict.js';
import type { Answer, Tone } from '../five-answers.js';
import { roundNumbers } from './round-numbers.js';
import { roundsOf } from './rounds-of.js';

/** The five questions that every report answers first, asked of all rounds together. */
export function campaignAnswers(results: CampaignResults): readonly Answer[] {
  const real = wasItReal(results);
  return [
    whatWasBroken(results),
    real,
    whatWasFelt(results, real.tone),
    didItComeBack(results),
    isItClean(results),
  ];
}

const plural = (n: number, what: string) => `${formatNumber(n)} ${what}${n === 1 ? '' : 's'}`;

function whatWasBroken(results: CampaignResults): Answer {
  const question = 'What was broken?';
  const { roundsRun, skipped } = results;
  const counts = roundsByScenario(results);
  const left = skipped.map(({ name, why }) => `not run: ${name}: ${why}`);
  if (roundsRun === 0)
    return { question, tone: 'unsure', answer: 'nothing: no round was run', details: left };
  const details = [...counts].map(([name, n]) => `${name}: ${plural(n, 'round')}`);
  return {
    question,
    tone: 'neutral',
    answer: `${plural(counts.size, 'scenario')} in ${plural(roundsRun, 'round')}`,
    // One line is enough for a few.
    details: [...(details.length > 3 ? [details.join(', ')] : details), ...left],
  };
}

function roundsByScenario(results: CampaignResults): ReadonlyMap<string, number> {
  if (results.kind === 'continuous')
    return new Map(results.byScenario.map(({ scenario, rounds }) => [scenario, rounds]));
  const counts = new Map<string, number>();
  for (const { scenarios } of roundsOf(results))
    for (const { name } of scenarios) counts.set(name, (counts.get(name) ?? 0) + 1);
  return counts;
}

/** Verdicts that only a fault that was confirmed and met can have. */
const confirming: readonly Verdict[] = ['held', 'deviated', 'not-recovered'];

function wasItReal(results: CampaignResults): Answer {
  const question = 'Was it really broken?';
  const { roundsRun, roundsByVerdict } = results;
  if (roundsRun === 0) return { question, tone: 'unsure', answer: 'nothing was injected', details: [] };
  const rounds = roundsOf(results);
  const confirmed =
    results.kind === 'continuous'
      ? confirming.reduce((sum, verdict) => sum + (roundsByVerdict[verdict] ?? 0), 0)
      : rounds.filter((round) => roundNumbers(round).injected).length;
  const others = rounds.filter((round) => !roundNumbers(round).injected);
  const tone: Tone = confirmed === roundsRun ? 'good' : confirmed === 0 ? 'bad' : 'unsure';
  return {
    question,
    tone,
    answer:
      confirmed === roundsRun
        ? `yes, in ${roundsRun === 1 ? 'the one round' : `all ${formatNumber(roundsRun)} rounds`}`
        : `in ${formatNumber(confirmed)} of ${plural(roundsRun, 'round')}`,
    details:
      others.length === 0
        ? [
            confirmed === roundsRun
              ? 'confirmed beside the code that injects, and met by the target'
              : othersOf(results),
          ]
        : others.map((round) => `${nameOf(round)}: ${round.verdict}: ${round.reason}`),
  };
}

/** Where the rounds are not known one by one. */
function othersOf({ roundsByVerdict }: CampaignResults): string {
  const others = Object.entries(roundsByVerdict).filter(
    ([verdict]) => !confirming.some((each) => each === verdict),
  );
  return `the others: ${others.map(([verdict, n]) => `${formatNumber(n)} ${verdict}`).join(', ')}`;
}

function whatWasFelt(results: CampaignResults, real: Tone): Answer {
  const question = 'What would users have felt?';
  const rounds = roundsOf(results);
  const numbers = rounds.map(roundNumbers);
  const offered = numbers.reduce((sum, round) => sum + round.offered, 0);
  if (offered === 0) return { question, tone: 'unsure', answer: 'nothing was observed', details: [] };
  const failed = numbers.reduce((sum, round) => sum + round.failed, 0);
  const known = (name: 'availability' | 'p95BeforeMs' | 'p95DuringMs') =>
    numbers.map((round) => round[name]).filter((value) => value !== null);
  const [before, during] = [medianOf(known('p95BeforeMs')), medianOf(known('p95DuringMs'))];
  const up = medianOf(known('availability'));
  const rise =
    during === null
      ? ''
      : `; p95 ${before === null ? '' : `${formatResponse(before)} → `}${formatResponse(during)}`;
  return {
    question,
    tone: feltTone(results, real),
    answer: `${failed === 0 ? 'none' : formatNumber(failed)} of ${formatNumber(offered)} answers failed${rise}${latestOf(results, rounds)}`,
    details: [
      ...(during === null
        ? []
        : [
            `while faults were active; median of ${plural(numbers.length, 'round')}, ${formatResponse(Math.max(...known('p95DuringMs')))} in the slowest`,
          ]),
      ...(up === null
        ? []
        : [
            `up ${formatShare(up)} of the time from injection to recovery (median), ${formatShare(Math.min(...known('availability')))} in the worst round`,
          ]),
    ],
  };
}

/** A long campaign knows its latest rounds one by one. */
function latestOf({ roundsRun }: CampaignResults, rounds: readonly RoundSummary[]): string {
  return rounds.length === roundsRun ? '' : `, in the latest ${rounds.length} rounds`;
}

function feltTone(results: CampaignResults, real: Tone): Tone {
  const { verdict, kind, roundsByVerdict } = results;
  // Where rounds are judged together, one of them that deviated is not yet bad.
  const together = kind === 'tester' || kind === 'repeat' || kind === 'compare';
  const bad: readonly Verdict[] = ['deviated', 'not-recovered'];
  if (bad.includes(verdict) || (results.kind === 'daily' && results.regressed)) return 'bad';
  if (!together && bad.some((each) => (roundsByVerdict[each] ?? 0) > 0)) return 'bad';
  return verdict === 'held' && real === 'good' ? 'good' : 'unsure';
}

function didItComeBack(results: CampaignResults): Answer {
  const question = 'Did it come back?';
  const lost = results.roundsByVerdict['not-recovered'] ?? 0;
  const rounds = roundsOf(results);
  // Where nothing was injected, nothing had to come back.
  const numbers = rounds
    .map(roundNumbers)
    .filter(({ injected, recovered }) => injected || recovered !== null);
  const back = numbers.filter(({ recovered }) => recovered === true);
  const seconds = back.map(({ recoverySeconds }) => recoverySeconds ?? 0);
  const median = medianOf(seconds);
  const times =
    median === null
      ? []
      : [`median ${formatMs(median * 1_000)}, slowest ${formatMs(Math.max(...seconds) * 1_000)}`];
  const never = numbers.filter(({ recovered }) => recovered === false).length;
  if (lost > 0 || never > 0) {
    const which = rounds.filter((round) => roundNumbers(round).recovered === false).map(nameOf);
    return {
      question,
      tone: 'bad',
      answer: `no, not in ${formatNumber(Math.max(lost, never))} of ${plural(results.roundsRun, 'round')}`,
      details: [...(which.length === 0 ? [] : [`not in time: ${which.join(', ')}`]), ...times],
    };
  }
  if (median === null) {
    const answer = results.roundsRun === 0 ? 'nothing had to' : 'not observed';
    return { question, tone: results.roundsRun === 0 ? 'neutral' : 'unsure', answer, details: [] };
  }
  const unseen = numbers.length - back.length;
  return {
    question,
    tone: unseen === 0 ? 'good' : 'unsure',
    answer: `${unseen === 0 ? 'yes' : 'as far as it was observed'}, within ${formatMs(Math.max(...seconds) * 1_000)}${latestOf(results, rounds)}`,
    details: [
      ...times,
      ...(unseen === 0 ? [] : [`not observed in ${unseen} of ${plural(numbers.length, 'round')}`]),
    ],
  };
}

/** Whether something was left behind by any round. */
export function isItClean(results: CampaignResults): Answer {
  const question = 'Is the machine clean?';
  const { roundsRun, roundsByVerdict, stoppedBy } = results;
  const leaked = roundsByVerdict.leaked ?? 0;
  if (leaked > 0) {
    return {
      question,
      tone: 'bad',
      answer: `no, something was left behind by ${plural(leaked, 'round')}`,
      details: roundsOf(results)
        .filter(({ verdict }) => verdict === 'leaked')
        .map((round) => `${nameOf(round)}: ${round.reason}`),
    };
  }
  if (stoppedBy?.by === 'error') {
    return {
      question,
      tone: 'unsure',
      answer: 'not certain: it did not end in order',
      details: [stoppedBy.detail, '`chaosx recover` undoes what it may have left behind'],
    };
  }
  if (roundsRun === 0) return { question, tone: 'good', answer: 'yes, nothing was started', details: [] };
  return {
    question,
    tone: 'good',
    answer: 'yes, nothing was left behind',
    details: [`looked after ${roundsRun === 1 ? 'the round' : `each of ${formatNumber(roundsRun)} rounds`}`],
  };
}

function nameOf({ experiment, folder, scenarios }: RoundSummary): string {
  const place = folder === null ? null : (folder.split('/').at(-1) ?? null);
  const names = scenarios.map(({ name }) => name).join(', ');
  return place ?? (names === '' ? experiment : names);
}
