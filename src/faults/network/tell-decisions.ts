import type { FaultContext } from '../../model/fault.js';
import type { NetworkRoute } from '../../model/network.js';
import { timeoutSignal } from '../../model/timeout-signal.js';

/** A proxy that hangs must not keep a revert from what it does next. */
const patienceMs = 1_000;

/** Reports the seeded choices of a toxic that took effect since the last time. */
export async function tellDecisions(
  route: NetworkRoute,
  toxicId: string,
  rule: string,
  fired: FaultContext['fired'],
  signal: AbortSignal,
): Promise<void> {
  try {
    const patience = AbortSignal.any([signal, timeoutSignal(patienceMs)]);
    const { decisions } = await route.decisions(toxicId, patience);
    for (const decision of decisions) fired({ rule, ...decision });
  } catch {
    // A proxy that is gone took them with it; neither evidence nor a revert fails for the record's sake.
  }
}
