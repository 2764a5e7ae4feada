import type { ContinuousSettings } from '../judge/campaign/continuous-settings.js';
import { ChaosError } from '../model/chaos-error.js';
import { formatMs } from '../model/duration.js';
import type { EarlierContinuous } from './read-continuous.js';

/** What is asked for now. */
interface Asked {
  readonly seed: number;
  readonly target: string;
  readonly settings: ContinuousSettings;
}

/**
 * A campaign that went on with other settings would be two in one: its numbers would mean nothing together.
 *
 * @throws ChaosError INVALID_INPUT that names every difference
 */
export function refuseOtherCampaign({ path, started, settings: was }: EarlierContinuous, asked: Asked): void {
  const { settings: now } = asked;
  const budget = (value: number | null) => (value === null ? 'none' : String(value));
  const keep = (value: number | null) => (value === null ? 'all' : String(value));
  const pairs: readonly (readonly [name: string, was: string, now: string])[] = [
    ['target', started.target, asked.target],
    ['seed', String(started.seed), String(asked.seed)],
    ['duration', formatMs(was.durationMs), formatMs(now.durationMs)],
    ['interval', formatMs(was.intervalMs), formatMs(now.intervalMs)],
    ['severity', was.severityRange.join('..'), now.severityRange.join('..')],
    ['scenarios', was.scenarios.join(', '), now.scenarios.join(', ')],
    ['error budget', budget(was.errorBudget), budget(now.errorBudget)],
    ['runs to keep', keep(was.keepRuns), keep(now.keepRuns)],
  ];
  const parts = [...new Set([...Object.keys(was.experiment), ...Object.keys(now.experiment)])].filter(
    (part) => was.experiment[part] !== now.experiment[part],
  );
  const differences = [
    ...pairs.flatMap(([name, before, after]) =>
      before === after ? [] : `${name}: it began with ${before}, now asked for: ${after}`,
    ),
    ...(parts.length === 0 ? [] : [`the experiment differs in: ${parts.join(', ')}`]),
  ];
  if (differences.length === 0) return;
  throw new ChaosError(
    'INVALID_INPUT',
    `the campaign in ${path} cannot go on with other settings:\n  ${differences.join('\n  ')}`,
    { hint: 'give what it began with, or start a new campaign' },
  );
}
