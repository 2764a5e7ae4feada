import type { ByteSource } from './byte-source.js';
import type { Exchange } from './exchange.js';

/** As much is read of a client while it is not known how to understand it. */
const maxAheadBytes = 65_536;

/** Whether the connection changes to another protocol: that hangs on the answer. That the client ends does not. */
export async function isUpgraded({ upgraded }: Exchange, fromClient: ByteSource): Promise<boolean> {
  const known = { isSettled: false };
  void upgraded.then(() => {
    known.isSettled = true;
  });
  const hasEnded = async () => {
    while (!known.isSettled && fromClient.held.length < maxAheadBytes) {
      if (!(await fromClient.more())) return false;
    }
    return await upgraded;
  };
  return await Promise.race([upgraded, hasEnded()]);
}
