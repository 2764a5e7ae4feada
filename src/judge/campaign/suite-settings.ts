import { ChaosError } from '../../model/chaos-error.js';
import type { DependencySpec } from '../../model/experiment.js';

/** What a suite was asked for, as its `campaign-started` event has it. */
export interface SuiteSettings {
  readonly command: readonly string[];
  readonly cwd: string;
  /** As it is given to `--report`. */
  readonly report: string;
  readonly dependencies: Readonly<Record<string, DependencySpec>>;
  readonly scenarios: readonly string[];
  /** True when the scenarios were named: each must then have been met. */
  readonly isAsked: boolean;
  readonly repeats: number;
  /** Runs without chaos before the first with it. */
  readonly undisturbed: number;
  /** Least share of tests that pass under a scenario, 0–1. */
  readonly passRate: number;
}

/**
 * The settings in an event.
 *
 * @throws ChaosError INVALID_INPUT when they are not those of a suite
 */
export function suiteSettingsOf(settings: Readonly<Record<string, unknown>>): SuiteSettings {
  const { command, cwd, report, scenarios, passRate } = settings;
  const isWhole =
    isTexts(command) &&
    isTexts(scenarios) &&
    typeof cwd === 'string' &&
    typeof report === 'string' &&
    typeof passRate === 'number';
  if (isWhole) return settings as unknown as SuiteSettings;
  throw new ChaosError(
    'INVALID_INPUT',
    'expected command, cwd, report, scenarios and passRate in campaign-started',
    {
      hint: 'give the campaign.jsonl of a test suite',
    },
  );
}

function isTexts(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every((each) => typeof each === 'string');
}
