import { compareStored } from '../../campaign/compare-stored.js';
import { defaultMargins } from '../../judge/comparison/compared-kinds.js';
import { ChaosError } from '../../model/chaos-error.js';
import type { Margins } from '../../model/comparison.js';
import { systemClock } from '../../model/system-clock.js';
import type { ReportFormat } from '../../report/render-report.js';
import { exitCodeFor } from '../exit-code-for.js';
import { tellComparison } from '../tell-comparison.js';

export interface CompareOptions {
  readonly base?: string;
  readonly head?: string;
  readonly build?: string;
  readonly repeat: number;
  readonly margin?: Margins;
  readonly seed?: number;
  readonly yes?: boolean;
  readonly results: string;
  readonly format: ReportFormat;
  readonly json?: boolean;
  /** Default: what is printed is the report itself. */
  readonly out?: string;
}

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
