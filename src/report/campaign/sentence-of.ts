import type { CampaignResults } from '../../model/campaign-results.js';

/** What decided the verdict, as a sentence. */
export function sentenceOf({ name, reason: whole }: CampaignResults): string {
  const reason = reasonOf(name, whole);
  // An identifier stays as it is: `high_latency`, `maxResponseMs`.
  const first = !/^[a-z]+(?=[ ,:]|$)/.test(reason) ? reason.charAt(0) : reason.charAt(0).toUpperCase();
  return `${first}${reason.slice(1)}${reason.endsWith('.') ? '' : '.'}`;
}

/** A round that decided it is named first: by the name of its experiment, which may be that of the campaign. */
export function reasonOf(name: string, reason: string): string {
  return reason.startsWith(`${name}: `) ? reason.slice(name.length + 2) : reason;
}
