/** Lines and columns of a text's offsets, as the engine counts them: from 0. */
export function positions(text: string): (offset: number) => { line: number; column: number } {
  const starts = [
    0,
    ...Array.from(text.matchAll(/\r\n|[\n\r\u2028\u2029]/g), (end) => end.index + end[0].length),
  ];
  return (offset) => {
    let [from, to] = [0, starts.length];
    while (to - from > 1) {
      const middle = (from + to) >> 1;
      if ((starts[middle] ?? 0) <= offset) from = middle;
      else to = middle;
    }
    return { line: from, column: offset - (starts[from] ?? 0) };
  };
}
