import type { Evidence, Exposure } from '../../model/evidence.js';
import type { MemoryLeakParameters } from '../../model/scenario-parameters.js';

const megabyte = 1_048_576;
/** Of what is held, the least that must be seen as resident; the rest of a process may shrink meanwhile. */
const enough = 0.7;

/** What was seen of a leak. */
export interface SeenLeak {
  readonly baselineBytes: number;
  /** Resident memory, of all processes that hold some. */
  readonly residentBytes: number;
  readonly heldBytes: number;
  /** Where it stopped before its limit; null: nowhere. */
  readonly stoppedAt: string | null;
}

/** What a process holds must be resident beyond what it had before. */
export function leakEvidence(
  { rateMbPerSecond, limitMb }: MemoryLeakParameters,
  { baselineBytes, residentBytes, heldBytes, stoppedAt }: SeenLeak,
  exposure: Exposure,
): Evidence {
  const grownBytes = residentBytes - baselineBytes;
  const heldMb = Math.round(heldBytes / megabyte);
  const note = stoppedAt === null ? '' : `, stopped at ${stoppedAt}`;
  return {
    active: heldBytes === 0 ? 'no' : grownBytes >= heldBytes * enough - megabyte ? 'yes' : 'unknown',
    measured: {
      quantity: 'resident memory',
      unit: 'MB',
      baseline: baselineBytes / megabyte,
      during: residentBytes / megabyte,
      expected: `${rateMbPerSecond} MB/s more, up to ${limitMb} MB; ${heldMb} MB so far${note}`,
    },
    exposure,
  };
}
