import { ChaosError } from '../../model/chaos-error.js';

/** What continuous chaos was asked for, as its `campaign-started` event has it. */
export interface ContinuousSettings {
  /** Of all of it, from the first start. */
  readonly durationMs: number;
  /** From the start of one round to the start of the next. */
  readonly intervalMs: number;
  /** The mildest and the hardest, both included. */
  readonly severityRange: readonly [min: number, max: number];
  /** Share of failed samples that is allowed, 0–1; null without a limit. */
  readonly errorBudget: number | null;
  /** Folders of this many rounds that held are kept, the latest; null keeps all. */
  readonly keepRuns: number | null;
  /** Names of the scenarios to choose from, in the order of choice. */
  readonly scenarios: readonly string[];
  readonly leftOut: readonly { readonly name: string; readonly why: string }[];
  /** A fingerprint of each part of the experiment, so that a resume notices what changed. */
  readonly experiment: Readonly<Record<string, string>>;
}

/**
 * The settings in an event.
 *
 * @throws ChaosError INVALID_INPUT when they are not those of continuous chaos
 */
export function continuousSettingsOf(settings: Readonly<Record<string, unknown>>): ContinuousSettings {
  if (isContinuous(settings)) return settings;
  throw new ChaosError('INVALID_INPUT', 'expected the settings of continuous chaos in campaign-started', {
    hint: 'give the campaign.jsonl of continuous chaos',
  });
}

function isContinuous(
  settings: Readonly<Record<string, unknown>>,
): settings is Readonly<Record<string, unknown>> & ContinuousSettings {
  const { durationMs, intervalMs, severityRange, errorBudget, keepRuns, scenarios, leftOut, experiment } =
    settings;
  const isNumber = (value: unknown) => typeof value === 'number';
  return (
    isNumber(durationMs) &&
    isNumber(intervalMs) &&
    Array.isArray(severityRange) &&
    severityRange.length === 2 &&
    severityRange.every(isNumber) &&
    (errorBudget === null || isNumber(errorBudget)) &&
    (keepRuns === null || isNumber(keepRuns)) &&
    Array.isArray(scenarios) &&
    scenarios.every((name) => typeof name === 'string') &&
    Array.isArray(leftOut) &&
    typeof experiment === 'object' &&
    experiment !== null
  );
}
