import type { CriterionName } from '../model/experiment.js';
import type { CriterionResult } from '../model/results.js';
import { formatNumber, formatResponse, formatShare } from './quantity.js';

interface Wording {
  readonly subject: string;
  readonly format: (value: number) => string;
}

const seconds = (value: number) => `${formatNumber(value, 3)} s`;
const p95: Wording = { subject: 'p95 was', format: formatResponse };

const wordings: Readonly<Record<CriterionName, Wording>> = {
  responseTimeMs: p95,
  p95ResponseMs: p95,
  maxResponseMs: { subject: 'the slowest answer took', format: formatResponse },
  maxDowntime: { subject: 'the longest outage was', format: seconds },
  maxRecoveryTime: { subject: 'recovery took', format: seconds },
  passRate: { subject: 'the pass rate was', format: formatShare },
  maxErrorRate: { subject: 'the error rate was', format: formatShare },
  minAvailability: { subject: 'availability was', format: formatShare },
};

/** How the quantity of a criterion is written for people; the answers of a function are a share of runs. */
export function criterionQuantity(name: string): (value: number) => string {
  return name === 'function' ? formatShare : wordings[name as CriterionName].format;
}

/**
 * A judged criterion in words, with its number and limit.
 *
 * @example
 * ```ts
 * const result = { name: 'p95ResponseMs', scenario: 'slow', probe: 'checkout', limit: 1000, observed: 1980, held: false };
 * criterionSentence(result); // 'p95 was 1,980 ms, limit 1,000 ms (checkout)'
 * ```
 */
export function criterionSentence({ name, probe, limit, observed, held }: CriterionResult): string {
  if (name === 'function') {
    if (held === null) return 'the criteria function gave no answer';
    return `the criteria function answered ${held}`;
  }
  const { subject, format } = wordings[name as CriterionName];
  const where = probe === null ? '' : ` (${probe})`;
  const bound = limit === null ? '' : `, limit ${format(limit)}`;
  if (observed !== null) return `${subject} ${format(observed)}${bound}${where}`;
  if (held === false) return `the system never recovered${bound}${where}`;
  return `nothing was observed for ${name}${bound}${where}`;
}
