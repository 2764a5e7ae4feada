import type { HeaderEdits } from './head.js';
import type { AbortFault, AlterFault, DelayFault, StatusFault, TruncateFault } from './http-rule.js';
import type { Fired } from './proxy-rule.js';

/** Fires at the body of an answer. */
export type Shaping = Fired & { readonly fault: AlterFault | AbortFault | TruncateFault };

/** All that happens to one request and its answer. */
export interface Plan {
  readonly fired: readonly Fired[];
  readonly requestEdits: readonly HeaderEdits[];
  readonly responseEdits: readonly HeaderEdits[];
  readonly requestDelayMs: number;
  readonly responseDelayMs: number;
  /** In the place of the upstream's answer. */
  readonly ending: StatusFault | AbortFault | null;
  /** What becomes of the body, in order. */
  readonly shaping: readonly Shaping[];
  /** How long each piece of the body waits. */
  readonly pacing: readonly { readonly pieceBytes: number; readonly delayMs: (n: number) => number }[];
}

/** Whether a fault ends an exchange, so that the rules behind it have nothing to say. */
export function endsExchange({ fault }: Fired): boolean {
  return fault.type === 'status' || fault.type === 'abort' || fault.type === 'truncate';
}

export function planOf(fired: readonly Fired[]): Plan {
  const delays = fired.flatMap(({ fault, draw, share }) =>
    fault.type === 'delay' ? [{ fault, delayMs: (n: number) => delayMs(fault, draw(n)) * share }] : [],
  );
  const total = (at: DelayFault['at']) =>
    delays
      .filter(({ fault }) => (fault.at ?? 'response') === at)
      .reduce((sum, each) => sum + each.delayMs(0), 0);
  const edits = (on: 'request' | 'response') =>
    fired.flatMap(({ fault }) =>
      fault.type === 'headers' && (fault.on ?? 'response') === on ? [fault] : [],
    );
  const ending = fired.map(({ fault }) => fault).find(isEnding);
  return {
    fired,
    requestEdits: edits('request'),
    responseEdits: edits('response'),
    requestDelayMs: total('request'),
    responseDelayMs: total('response'),
    ending: ending ?? null,
    shaping: fired.filter(isShaping),
    pacing: delays
      .filter(({ fault }) => fault.at === 'body')
      .map(({ fault, ...delay }) => ({ pieceBytes: fault.pieceBytes ?? 1_024, ...delay })),
  };
}

function delayMs({ ms, jitterMs = 0 }: DelayFault, u: number): number {
  return Math.max(0, ms + jitterMs * (2 * u - 1));
}

function isEnding(fault: Fired['fault']): fault is StatusFault | AbortFault {
  return fault.type === 'status' || (fault.type === 'abort' && fault.afterBytes === undefined);
}

function isShaping(fired: Fired): fired is Shaping {
  const { fault } = fired;
  if (fault.type === 'abort') return fault.afterBytes !== undefined;
  return fault.type === 'alter' || fault.type === 'truncate';
}
