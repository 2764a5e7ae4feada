import { ChaosError } from '../model/chaos-error.js';
import type { FileLimitsReceipt, LoweredFileLimit } from '../model/receipt.js';
import { setSoftFileLimit, softFileLimit } from './file-limits.js';
import { isAlive } from './process-identity.js';
import { processTree } from './process-tree.js';

/**
 * Gives processes the limits of open files back that they had, and those that they started meanwhile, which inherited the
 * lowered ones. A process that has ended, or has changed its limit since, is left alone.
 *
 * @throws ChaosError UNDO_FAILED when a limit cannot be raised
 */
export async function restoreFileLimits(
  { process: root, limits = [] }: Pick<FileLimitsReceipt, 'process' | 'limits'>,
  signal: AbortSignal,
): Promise<void> {
  for (const limit of limits) await restore(limit, signal);
  const known = new Set(limits.map(({ pid }) => pid));
  const [first] = limits;
  if (first === undefined) return;
  for (const { pid, startTime } of processTree(root)) {
    if (known.has(pid)) continue;
    const inherited = limits.find(({ during }) => during === softFileLimit(pid));
    if (inherited !== undefined) await restore({ ...inherited, pid, startTime }, signal);
  }
}

async function restore(limit: LoweredFileLimit, signal: AbortSignal): Promise<void> {
  const { pid, startTime, before, during } = limit;
  if (!isLowered(limit)) return;
  const { stderr } = await setSoftFileLimit(pid, before, { signal });
  if (!isLowered(limit) || before === during || !isAlive({ pid, startTime })) return;
  throw new ChaosError(
    'UNDO_FAILED',
    `expected process ${pid} to have its limit of open files again, ${before}: ${stderr.trim()}`,
    { hint: `raise it by hand (prlimit --pid ${pid} --nofile=${before}:), then run \`chaosx recover\`` },
  );
}

/** True while that very process has the limit that we gave it. */
export function isLowered({ pid, startTime, during }: LoweredFileLimit): boolean {
  return isAlive({ pid, startTime }) && softFileLimit(pid) === during;
}
