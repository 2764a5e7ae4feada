import type { DependencySpec } from '../model/experiment.js';
import type { ReportSource } from './report-source.js';

/** A test command and what it takes to run it. */
export interface SuiteSpec {
  readonly name: string;
  readonly command: readonly [program: string, ...args: string[]];
  /** Absolute. */
  readonly cwd: string;
  /** Added to chaosx's own environment. */
  readonly env: Readonly<Record<string, string>>;
  readonly dependencies: Readonly<Record<string, DependencySpec>>;
  readonly report: ReportSource;
}
