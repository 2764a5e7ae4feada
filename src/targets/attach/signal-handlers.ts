import { closeSync, openSync, readSync } from 'node:fs';

/** Of libuv 1.x on 64-bit Linux: `uv_signal_t` from its type up to its place in the tree. */
const layout = { bytes: 144, type: 16, signal: 104, left: 112, right: 120 } as const;
const signalHandleType = 16;
/** There are 64 signals, and seldom more than one handler each. */
const mostHandlers = 10_000;

/**
 * The signals that the JavaScript of a Node process handles, by number, read from libuv's tree in its memory without
 * touching it; null when it cannot be read, or is not what it should be.
 *
 * @param tree - where the root of the tree is (`nodeImageOf`)
 */
export function handledSignals(pid: number, tree: bigint): ReadonlySet<number> | null {
  let fd: number;
  try {
    fd = openSync(`/proc/${pid}/mem`, 'r');
  } catch {
    return null;
  }
  const read = (address: bigint, bytes: number) => {
    const buffer = Buffer.alloc(bytes);
    if (readSync(fd, buffer, 0, bytes, address) !== bytes) throw new RangeError('cut short');
    return buffer;
  };
  try {
    const signals = new Set<number>();
    const ahead = [read(tree, 8).readBigUInt64LE()];
    for (let seen = 0; ahead.length > 0; seen += 1) {
      const address = ahead.pop() ?? 0n;
      if (address === 0n) continue;
      const handle = read(address, layout.bytes);
      const signal = handle.readInt32LE(layout.signal);
      const isHandle = handle.readInt32LE(layout.type) === signalHandleType && signal > 0 && signal <= 64;
      if (!isHandle || seen > mostHandlers) return null;
      signals.add(signal);
      ahead.push(handle.readBigUInt64LE(layout.left), handle.readBigUInt64LE(layout.right));
    }
    return signals;
  } catch {
    return null;
  } finally {
    closeSync(fd);
  }
}
