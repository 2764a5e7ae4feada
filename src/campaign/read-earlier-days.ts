import { dayQuantities, injectedNames } from '../judge/campaign/day-quantities.js';
import { isAboutTheSystem } from '../judge/campaign/is-about-the-system.js';
import { judgeDaily } from '../judge/campaign/judge-daily.js';
import type { DailyComparison, DailyResults } from '../model/campaign-results.js';
import type { EarlierDay } from '../model/earlier-day.js';
import { listCampaigns } from '../store/list-campaigns.js';
import type { ForeignLine } from '../store/read-event-file.js';
import { readCampaignEvents } from '../store/read-campaign-events.js';

/** Days of each experiment that a day is compared with. */
const mostDays = 30;
/** Saved campaigns that are looked through for them. */
const mostCampaigns = 400;

export interface EarlierDaysOptions {
  readonly resultsDirectory: string;
  /** Of the campaigns. */
  readonly name: string;
  /** `YYYY-MM-DD`: only days before it. */
  readonly before: string;
  /** Only days from this one on. */
  readonly since: string | null;
  readonly experiments: readonly { readonly file: string; readonly fingerprint: string }[];
  /** Told of what cannot be read and was left out. */
  readonly onNote: (text: string) => void;
}

export interface EarlierDays {
  /** The newest first. */
  readonly earlier: readonly EarlierDay[];
  /** Days on which the file was another experiment. */
  readonly otherVersions: number;
}

/**
 * How each experiment went on days before, out of the saved events. Of several runs on a day that said something, the last counts.
 *
 * @throws ChaosError STORAGE_FAILED when the results directory cannot be read
 */
export async function readEarlierDays(
  options: EarlierDaysOptions,
): Promise<ReadonlyMap<string, EarlierDays>> {
  const { resultsDirectory, name, before, since, experiments, onNote } = options;
  const found = new Map(
    experiments.map(({ file, fingerprint }) => [
      file,
      { fingerprint, earlier: [] as EarlierDay[], others: new Set<string>() },
    ]),
  );
  const isFull = () => [...found.values()].every(({ earlier }) => earlier.length >= mostDays);
  const paths = await listCampaigns(resultsDirectory, name);
  for (const path of paths.slice(0, mostCampaigns)) {
    if (isFull()) break;
    const results = await readDay(path, onNote);
    if (results === null || results.day >= before || (since !== null && results.day < since)) continue;
    for (const comparison of results.comparisons) {
      const experiment = found.get(comparison.file);
      // Cut short, or not made: an earlier run of that day may say more.
      if (experiment === undefined || !isAboutTheSystem(comparison.today.verdict)) continue;
      const { fingerprint, earlier, others } = experiment;
      if (comparison.fingerprint !== fingerprint) others.add(results.day);
      else if (earlier.length < mostDays && earlier.every(({ day }) => day !== results.day))
        // What had got worse against other days says nothing here.
        earlier.push(earlierDay(results.day, comparison, results.since === since));
    }
  }
  return new Map(
    [...found].map(([file, { earlier, others }]) => [file, { earlier, otherVersions: others.size }]),
  );
}

async function readDay(path: string, onNote: (text: string) => void): Promise<DailyResults | null> {
  const foreign: string[] = [];
  let state = judgeDaily.init();
  try {
    const onForeign = ({ line, why }: ForeignLine) => void foreign.push(`${path}:${line}: left out, ${why}`);
    for await (const event of readCampaignEvents(path, onForeign)) {
      state = judgeDaily.step(state, event);
    }
    const results = judgeDaily.result(state);
    for (const text of foreign) onNote(text);
    return results;
  } catch (error) {
    onNote(`${path}: left out, ${error instanceof Error ? error.message : String(error)}`);
    return null;
  }
}

function earlierDay(day: string, comparison: DailyComparison, isSameMeasure: boolean): EarlierDay {
  const { today, quantities, verdictRegressed } = comparison;
  const worse = quantities.filter(({ regressed }) => regressed).map(({ name }) => name);
  return {
    day,
    verdict: today.verdict,
    injected: injectedNames(today),
    quantities: dayQuantities(today),
    regressed: isSameMeasure ? [...worse, ...(verdictRegressed ? (['verdict'] as const) : [])] : [],
  };
}
