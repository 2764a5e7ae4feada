const blocks = '▁▂▃▄▅▆▇█';

/**
 * Numbers as a line of blocks, from 0 to the largest; the largest of each stretch is shown, null is a gap.
 *
 * @param width - most characters, at least 1
 * @example
 * ```ts
 * sparkline([1, 1, 8, 4, null, 1], 6); // '▁▁█▄ ▁'
 * ```
 */
export function sparkline(values: readonly (number | null)[], width: number): string {
  const length = Math.min(width, values.length);
  const columns = Array.from({ length }, (_, i) => {
    const from = Math.floor((i * values.length) / length);
    const to = Math.floor(((i + 1) * values.length) / length);
    const seen = values.slice(from, to).filter((value) => value !== null);
    return seen.length === 0 ? null : Math.max(...seen);
  });
  const most = Math.max(0, ...columns.map((value) => value ?? 0));
  return columns
    .map((value) => {
      if (value === null) return ' ';
      const level = most === 0 ? 0 : Math.ceil((value / most) * blocks.length) - 1;
      return blocks[Math.min(blocks.length - 1, Math.max(0, level))] ?? ' ';
    })
    .join('');
}
