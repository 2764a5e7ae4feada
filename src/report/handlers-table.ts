import { formatNumber } from '../judge/quantity.js';
import { type DetailTable, detailTable } from '../model/detail-table.js';
import type { HandlerKind } from '../model/handler.js';
import type { HandlerResults, HandlerTotals, ObservedHandler } from '../model/results.js';

/** Which handlers of errors swallowed errors, and which never ran, as every report shows it. */
export function handlersTable({ totals, handlers, more, outOfReach, failed }: HandlerResults): DetailTable {
  const swallowed = handlers.filter((one) => one.swallowed > 0);
  const never = handlers.filter(({ ran }) => ran === 0);
  const rows = [...swallowed, ...never].map((one) => [
    `${one.file}:${one.line}:${one.column}`,
    kinds[one.kind],
    behaviour(one),
  ]);
  const unread = outOfReach.map(({ file, reason }) => [file, '', `not looked at: ${reason}`]);
  return detailTable(
    `Handlers of errors: ${failed === null ? summary(totals) : failed}`,
    ['where', 'what', 'under chaos'],
    [...rows, ...unread],
    more,
  );
}

const kinds: Readonly<Record<HandlerKind, string>> = {
  'catch-block': 'catch block',
  'rejection-handler': 'rejection handler',
  'error-listener': 'error listener',
};

function summary({ found, ran, swallowed, neverRan, untold }: HandlerTotals): string {
  const [all, some, quiet, never] = [found, ran, swallowed, neverRan].map(formatNumber);
  const rest = untold === 0 ? '' : `, ${formatNumber(untold)} cannot be told`;
  return `of ${all}, ${some} ran, ${quiet} swallowed, ${never} never ran${rest}`;
}

function behaviour({ ran, swallowed, injected, ranOutside }: ObservedHandler): string {
  if (ran === 0)
    return ranOutside === 0 ? 'never ran' : `never ran; ${formatNumber(ranOutside)}× without a fault`;
  const ours = injected === 0 ? '' : `, ${formatNumber(injected)}× by chaosx`;
  return `ran ${formatNumber(ran ?? 0)}×, swallowed ${formatNumber(swallowed)}×${ours}`;
}
