/** Flips bits of the pieces of a body. Which ones hangs on their place in the body, however it is cut. */
export function bitFlipper(rate: number, draw: (n: number) => number): (piece: Buffer) => Buffer {
  let drawn = 0;
  /** The number of bits before the next error is geometric. */
  const drawGap = () => {
    if (rate <= 0) return Number.POSITIVE_INFINITY;
    if (rate >= 1) return 0;
    drawn += 1;
    return Math.floor(Math.log(1 - draw(drawn)) / Math.log(1 - rate));
  };
  let gap = drawGap();
  return (piece) => {
    const bits = piece.length * 8;
    if (gap >= bits) {
      gap -= bits;
      return piece;
    }
    const flipped = Buffer.from(piece);
    for (; gap < bits; gap += 1 + drawGap()) {
      const at = gap >> 3;
      flipped[at] = (flipped[at] ?? 0) ^ (1 << (gap & 7));
    }
    gap -= bits;
    return flipped;
  };
}
