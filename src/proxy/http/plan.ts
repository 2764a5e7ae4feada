import type { HeaderEdits } from './head.js';
import type { AbortFault, AlterFault, DelayFault, StatusFault, TruncateFault } from './http-rule.js';
import type { Fired } from './proxy-rule.js';

/** Fires at a body. */
export type Shaping = Fired & { readonly fault: AlterFault | AbortFault | TruncateFault };

/** What happens to one message. */
export interface Changes {
  readonly edits: readonly HeaderEdits[];
  /** Before any of it goes on. */
  readonly delayMs: number;
  /** What becomes of the body, in order. */
  readonly shaping: readonly Shaping[];
  /** How long each piece of the body waits. */
  readonly pacing: readonly { readonly pieceBytes: number; readonly delayMs: (n: number) => number }[];
}

/** All that happens to one request and its answer. */
export interface Plan {
  readonly request: Changes;
  readonly response: Changes;
  /** In the place of the upstream's answer. */
  readonly ending: StatusFault | AbortFault | null;
}

/** Whether a fault ends an exchange, so that the rules behind it have nothing to say. */
export function endsExchange({ fault }: Fired): boolean {
  if (fault.type === 'truncate') return fault.on !== 'request';
  return fault.type === 'status' || fault.type === 'abort';
}

export function planOf(fired: readonly Fired[]): Plan {
  const delays = fired.flatMap(({ fault, draw, share }) =>
    fault.type === 'delay' ? [{ fault, delayMs: (n: number) => delayMs(fault, draw(n)) * share }] : [],
  );
  const changes = (on: 'request' | 'response'): Changes => ({
    edits: fired.flatMap(({ fault }) =>
      fault.type === 'headers' && (fault.on ?? 'response') === on ? [fault] : [],
    ),
    delayMs: delays
      .filter(({ fault }) => (fault.at ?? 'response') === on)
      .reduce((sum, each) => sum + each.delayMs(0), 0),
    shaping: fired.filter(isShaping).filter((each) => shapes(each) === on),
    pacing: delays
      .filter(({ fault }) => fault.at === 'body' && on === 'response')
      .map(({ fault, ...delay }) => ({ pieceBytes: fault.pieceBytes ?? 1_024, ...delay })),
  });
  const ending = fired.map(({ fault }) => fault).find(isEnding);
  return { request: changes('request'), response: changes('response'), ending: ending ?? null };
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

function shapes({ fault }: Shaping): 'request' | 'response' {
  return fault.type === 'abort' ? 'response' : (fault.on ?? 'response');
}
