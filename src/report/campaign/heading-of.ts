import type { CampaignResults } from '../../model/campaign-results.js';
import type { Tone } from '../five-answers.js';
import { verdictTone } from '../verdict-tone.js';

/** The verdict; a day that got worse than the days before is not good, whatever its verdict. */
export function headingOf(results: CampaignResults): { readonly text: string; readonly tone: Tone } {
  const { verdict } = results;
  if (results.kind === 'daily' && results.regressed) return { text: `${verdict}, got worse`, tone: 'bad' };
  return { text: verdict, tone: verdictTone(verdict) };
}
