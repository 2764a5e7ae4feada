import { continuousSettingsOf } from '../judge/campaign/continuous-settings.js';
import { formatShare } from '../judge/quantity.js';
import type { CampaignStarted } from '../model/campaign-events.js';
import { formatMs } from '../model/duration.js';

/** What continuous chaos is going to do, before its first round. */
export function continuousHeading({ name, target, hypothesis, seed, settings }: CampaignStarted): string {
  const { durationMs, intervalMs, errorBudget, scenarios, leftOut, keepRuns } =
    continuousSettingsOf(settings);
  const lines = [
    name,
    `  target      ${target}`,
    ...(hypothesis === '' ? [] : [`  hypothesis  ${hypothesis}`]),
    `  one of      ${scenarios.join(', ')}`,
    ...leftOut.map((each) => `  left out    ${each.name}: ${each.why}`),
    `  rounds      one every ${formatMs(intervalMs)} for ${formatMs(durationMs)}`,
    `  budget      ${errorBudget === null ? 'none: failed samples alone stop nothing' : `${formatShare(errorBudget)} of all samples may fail`}`,
    ...(keepRuns === null ? [] : [`  keeps       the latest ${keepRuns} rounds that held, and all others`]),
    `  seed        ${seed}`,
  ];
  return `${lines.join('\n')}\n\n`;
}
