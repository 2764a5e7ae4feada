import type { CampaignResults } from '../../model/campaign-results.js';

/** What decided the verdict, as a sentence. */
export function sentenceOf({ reason }: CampaignResults): string {
  // A name of a scenario is an identifier: it stays as it is.
  const first = /^[a-z]+_/.test(reason) ? reason.charAt(0) : reason.charAt(0).toUpperCase();
  return `${first}${reason.slice(1)}${reason.endsWith('.') ? '' : '.'}`;
}
