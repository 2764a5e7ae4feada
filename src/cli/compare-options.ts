import type { Margins } from '../model/comparison.js';
import type { ReportFormat } from '../report/render-report.js';

/** As `chaosx compare` is called. */
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
