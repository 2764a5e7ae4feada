import type { Wait } from '../../model/wait.js';

/**
 * Finds those that wait for each other in a circle: none of them can ever go on by itself. A waiter waits for one thing
 * at a time, so that each is in at most one circle.
 *
 * @returns each circle once, in the order of waiting: each waits for what the next one holds, the last for the first
 */
export function findCircles(
  waits: readonly Pick<Wait, 'waiter' | 'heldBy'>[],
): readonly (readonly string[])[] {
  const holderOf = new Map(waits.map(({ waiter, heldBy }) => [waiter, heldBy]));
  const seen = new Set<string>();
  const circles: (readonly string[])[] = [];
  for (const start of holderOf.keys()) {
    const path: string[] = [];
    let at: string | null = start;
    while (at !== null && !seen.has(at)) {
      seen.add(at);
      path.push(at);
      at = holderOf.get(at) ?? null;
    }
    // What was seen on an earlier path is not on this one.
    const from = at === null ? -1 : path.indexOf(at);
    if (from !== -1) circles.push(path.slice(from));
  }
  return circles;
}
