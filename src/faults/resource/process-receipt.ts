import type { FaultContext } from '../../model/fault.js';
import type { PatchReceipt } from '../../model/receipt.js';
import { ownIdentity } from '../../undo/process-identity.js';

/** The receipt of something that lives in this process and is gone with it. */
export async function processReceipt(what: string, context: FaultContext): Promise<PatchReceipt> {
  const { injectionId: id, runId, bootId, expiresAt } = context;
  return { kind: 'patch', id, runId, bootId, expiresAt, process: await ownIdentity(), sites: [what] };
}
