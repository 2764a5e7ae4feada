import { findCircles } from '../../interpose/deadlock/find-circles.js';
import { type DetailTable, detailTable } from '../../model/detail-table.js';
import type { Wait } from '../../model/wait.js';

/** The section of the report on those that wait: first those in circles, in the order of waiting; then the others, longest first. */
export function whoWaitsForWhom(waits: readonly Wait[]): readonly DetailTable[] {
  if (waits.length === 0) return [];
  const byWaiter = new Map(waits.map((wait) => [wait.waiter, wait]));
  const circles = findCircles(waits);
  const inCircles = new Set(circles.flat());
  const circleRows = circles.flatMap((circle, index) =>
    circle.flatMap((waiter) => rowOf(byWaiter.get(waiter), `circle ${index + 1}`)),
  );
  const others = waits
    .filter(({ waiter }) => !inCircles.has(waiter))
    .toSorted((one, other) => other.forMs - one.forMs)
    .flatMap((wait) => rowOf(wait, 'behind'));
  const columns = ['who', 'waits for', 'held by', 'for', ''];
  return [detailTable('Who waits for whom', columns, [...circleRows, ...others])];
}

function rowOf(wait: Wait | undefined, where: string): readonly (readonly string[])[] {
  if (wait === undefined) return [];
  const { waiter, resource, heldBy, forMs } = wait;
  return [[waiter, resource, heldBy ?? 'nobody', `${(forMs / 1000).toFixed(1)} s`, where]];
}
