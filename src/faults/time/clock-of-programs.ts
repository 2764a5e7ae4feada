import type { Clock } from '../../model/clock.js';
import type { PreloadedClock } from '../../model/target.js';
import { asOwnerOf } from '../../undo/owner-of-process.js';
import { runTool } from '../../undo/run-tool.js';

/** What a program reads that is started as the programs of a target are. */
export interface ProgramSight {
  /** By how much its clock is ahead of the real one. */
  readonly aheadMs: number;
  /** It may be as much more or less: the program takes a while to start. */
  readonly noiseMs: number;
  /** When that was, on the monotonic clock. */
  readonly atMs: number;
}

/**
 * Starts `date` with the preloaded clock of a target, as the user that a process of it belongs to.
 *
 * @returns null when it could not say the time
 */
export async function clockOfPrograms(
  { variables }: PreloadedClock,
  pid: number,
  clock: Clock,
  signal: AbortSignal,
): Promise<ProgramSight | null> {
  const [beforeMs, wallMs] = [clock.nowMs(), clock.wallMs()];
  const { stdout } = await runTool('date', ['+%s.%N'], { variables, as: asOwnerOf(pid), signal });
  const tookMs = clock.nowMs() - beforeMs;
  const seconds = /^(-?\d+\.\d+)$/m.exec(stdout.trim())?.[1];
  if (seconds === undefined) return null;
  return {
    aheadMs: Number(seconds) * 1_000 - (wallMs + tookMs / 2),
    noiseMs: tookMs / 2 + 2,
    atMs: beforeMs + tookMs / 2,
  };
}
