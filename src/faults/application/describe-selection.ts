import type { CallSelection } from '../../model/scenario-parameters.js';

/** Which matching calls are to be hit, in words: `30 % of matching calls, every 3rd, at most 5`. */
export function describeSelection({
  injectionRate,
  everyNth,
  firstN,
  afterN,
  atMost,
}: CallSelection): string {
  const parts = [`${Number((injectionRate * 100).toFixed(2))} % of matching calls`];
  if (everyNth !== undefined) parts.push(`only one in ${everyNth}`);
  if (firstN !== undefined) parts.push(`only the first ${firstN} a site`);
  if (afterN !== undefined) parts.push(`only after ${afterN} a site`);
  if (atMost !== undefined) parts.push(`at most ${atMost} in all`);
  return parts.join(', ');
}
