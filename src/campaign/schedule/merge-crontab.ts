import { ChaosError } from '../../model/chaos-error.js';
import type { CrontabBlock } from './crontab-block.js';

/**
 * A crontab with the block in it: in place of an earlier one, else at the end. All other lines stay as they are.
 *
 * @throws ChaosError INVALID_INPUT when an earlier one has no end
 */
export function mergeCrontab(existing: string, { begin, end, text }: CrontabBlock): string {
  const lines = existing.split('\n');
  const from = lines.indexOf(begin);
  if (from === -1) {
    const gap = existing === '' || existing.endsWith('\n') ? '' : '\n';
    return `${existing}${gap}${text}`;
  }
  const to = lines.indexOf(end, from);
  if (to === -1) {
    throw new ChaosError('INVALID_INPUT', `expected the line "${end}" after "${begin}" in the crontab`, {
      hint: 'remove what is left of the block with `crontab -e`',
    });
  }
  return [...lines.slice(0, from), ...text.trimEnd().split('\n'), ...lines.slice(to + 1)].join('\n');
}
