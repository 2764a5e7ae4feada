import type { DailyComparison } from '../../model/campaign-results.js';
import { dayQuantityNames, type EarlierDay } from '../../model/earlier-day.js';
import type { RoundSummary } from '../../model/round-summary.js';
import { type Verdict, verdictsWorstFirst } from '../../model/verdict.js';
import { compareQuantity } from './compare-quantity.js';
import { isAboutTheSystem } from './is-about-the-system.js';
import { dayQuantities, injectedNames } from './day-quantities.js';
import { quantitySentence } from './quantity-sentence.js';

/** Of the days before, those whose verdicts count. */
const latest = 5;

type Compared = Pick<
  DailyComparison,
  'earlierDays' | 'earlierVerdict' | 'verdictRegressed' | 'quantities' | 'regressed' | 'why'
>;

/**
 * One experiment's day against its own days before.
 *
 * A number regressed when it lies beyond where one further day like the earlier ones would lie, on the bad side, and is
 * off their median by more than matters. The verdict regressed when it is worse than the worst of the latest five. What
 * had regressed on an earlier day already is no measure: it stays a regression until it is mended.
 *
 * @param earlier - the newest first
 */
export function compareWithEarlier(today: RoundSummary, earlier: readonly EarlierDay[]): Compared {
  const injected = injectedNames(today).join('\n');
  // What was cut short, or not made, has no numbers to compare.
  const alike = isAboutTheSystem(today.verdict)
    ? earlier.filter((day) => isAboutTheSystem(day.verdict) && day.injected.join('\n') === injected)
    : [];
  const values = dayQuantities(today);
  const quantities = dayQuantityNames.map((name) =>
    compareQuantity(
      name,
      values[name],
      alike.flatMap((day) => (day.regressed.includes(name) ? [] : (day.quantities[name] ?? []))),
    ),
  );
  const earlierVerdict = worstVerdict(earlier);
  const rank = (verdict: Verdict) => verdictsWorstFirst.indexOf(verdict);
  const verdictRegressed =
    earlierVerdict !== null && isAboutTheSystem(today.verdict) && rank(today.verdict) < rank(earlierVerdict);
  const why = [
    ...(verdictRegressed ? [`${today.verdict}, was ${earlierVerdict} at worst: ${today.reason}`] : []),
    ...quantities.filter(({ regressed }) => regressed).map(quantitySentence),
  ];
  return {
    earlierDays: earlier.length,
    earlierVerdict,
    verdictRegressed,
    quantities,
    regressed: why.length > 0,
    why,
  };
}

function worstVerdict(earlier: readonly EarlierDay[]): Verdict | null {
  const verdicts = earlier
    .filter(({ verdict, regressed }) => isAboutTheSystem(verdict) && !regressed.includes('verdict'))
    .slice(0, latest)
    .map(({ verdict }) => verdict);
  return verdictsWorstFirst.find((verdict) => verdicts.includes(verdict)) ?? null;
}
