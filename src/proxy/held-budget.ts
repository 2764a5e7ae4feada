const mebibyte = 1_024 * 1_024;

/** Most that toxics hold back for one direction of a connection before its sender waits: 100 ms at 1.3 Gb/s. */
const mostBytes = 16 * mebibyte;
/** What all connections of the process may hold together before each may only hold little. */
const mostBytesTogether = 256 * mebibyte;
const leastBytes = mebibyte;

let heldBytes = 0;

/** Says that one direction of a connection holds so many bytes more, or less. */
export function countHeld(moreBytes: number): void {
  heldBytes += moreBytes;
}

/** How much one direction of a connection may hold now. */
export function mayHoldBytes(): number {
  return heldBytes < mostBytesTogether ? mostBytes : leastBytes;
}
