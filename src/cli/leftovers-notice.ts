import type { Receipt } from '../model/receipt.js';
import { timeoutSignal } from '../model/timeout-signal.js';
import { undoers } from '../targets/undoers.js';
import { leftovers } from '../undo/leftovers.js';
import { isAlive } from '../undo/process-identity.js';
import { recover } from '../undo/recover.js';

/**
 * A line when an earlier run left something behind; empty when there is nothing to say. A run that was killed before
 * it touched anything but its own functions leaves a journal and nothing else, which is cleared away without a word.
 */
export async function leftoversNotice(): Promise<string> {
  // A state directory that cannot be read is refused where it is needed, with the reason.
  const found = await leftovers().catch(() => []);
  const left = found.filter(({ pending, problems }) => problems.length > 0 || !pending.every(isGone));
  for (const { path } of found.filter((one) => !left.includes(one))) {
    await recover(path, undoers, timeoutSignal(1_000)).catch(() => undefined);
  }
  if (left.length === 0) return '';
  const runs = left.map(({ runId }) => runId).join(', ');
  return `warning: an earlier run left something behind (${runs}): run \`chaosx recover\`\n`;
}

function isGone(receipt: Receipt): boolean {
  return receipt.kind === 'patch' && !isAlive(receipt.process);
}
