import { compareStored } from '../../campaign/compare-stored.js';
import { defaultMargins } from '../../judge/comparison/compared-kinds.js';
import { ChaosError } from '../../model/chaos-error.js';
import { systemClock } from '../../model/system-clock.js';
import type { CompareOptions } from '../compare-options.js';
import { exitCodeFor } from '../exit-code-for.js';
import { tellComparison } from '../tell-comparison.js';

/** Compares what was kept, or two revisions; the exit code says whether the second one is worse. */
export async function compare(paths: readonly string[], options: CompareOptions): Promise<number> {
  const { base, head } = options;
  if (base !== undefined || head !== undefined) {
    if (base === undefined || head === undefined) {
      const missing = base === undefined ? '--base' : '--head';
      throw new ChaosError('MISSING_INPUT', `expected --base and --head together, got no ${missing}`, {
        hint: 'e.g. --base origin/main --head HEAD',
      });
    }
    const { compareRevisionsOf } = await import('./compare-revisions.js');
    return compareRevisionsOf(paths, { ...options, base, head });
  }
  const [ofBase, ofHead] = paths;
  if (ofBase === undefined || ofHead === undefined || paths.length > 2) {
    throw new ChaosError('INVALID_INPUT', `expected two runs or campaigns to compare, got ${paths.length}`, {
      hint: 'give two folders of chaos_results, or --base and --head with experiment files',
    });
  }
  const margins = options.margin ?? defaultMargins;
  const results = await compareStored({ base: ofBase, head: ofHead, margins, clock: systemClock });
  await tellComparison(results, null, options);
  return exitCodeFor([results.verdict], []);
}
