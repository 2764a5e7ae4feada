import type { ProxyEvent } from './proxy-event.js';

/** This many decisions are told in full. */
const mostInFull = 1_000;

/** Of a toxic on a connection or a session, or of a rule on HTTP requests. */
type Decision = Extract<
  ProxyEvent,
  { readonly type: 'connection-rolled' | 'decision-fired' | 'datagram-hit' | 'rule-fired' }
>;

/** A line of a journal of decisions. */
export type JournalEntry =
  | { readonly type: 'journal-started'; readonly formatVersion: 1; readonly seed: number }
  | Decision
  /** Those of a toxic or a rule that were too many to be told in full, told when it goes, or at the end. */
  | {
      readonly type: 'decisions-counted';
      readonly proxy: string;
      /** Of the toxic or the rule. */
      readonly of: string;
      readonly rolled: number;
      readonly fired: number;
    };

interface Count {
  readonly proxy: string;
  readonly of: string;
  rolled: number;
  fired: number;
}

/**
 * The seeded choices of proxies, of which the first 1,000 are told in full and later ones are counted for each toxic.
 * There is nothing in it but what hangs on the seed: neither times nor addresses.
 */
export class DecisionJournal implements Disposable {
  readonly #write: (entry: JournalEntry) => void;
  readonly #counts = new Map<string, Count>();
  #inFull = 0;

  constructor(seed: number, write: (entry: JournalEntry) => void) {
    this.#write = write;
    write({ type: 'journal-started', formatVersion: 1, seed });
  }

  readonly take = (event: ProxyEvent): void => {
    switch (event.type) {
      case 'connection-rolled':
      case 'decision-fired':
      case 'datagram-hit':
      case 'rule-fired':
        if (this.#inFull < mostInFull) {
          this.#inFull += 1;
          this.#write(event);
        } else this.#count(event);
        return;
      case 'toxic-removed':
        this.#tell(keyOf(event.proxy, event.toxic));
        return;
      case 'rule-removed':
        this.#tell(keyOf(event.proxy, event.rule));
        return;
      case 'deleted':
        for (const [key, { proxy }] of this.#counts) if (proxy === event.proxy) this.#tell(key);
        return;
      default:
    }
  };

  /** Tells what was only counted. */
  [Symbol.dispose](): void {
    for (const key of this.#counts.keys()) this.#tell(key);
  }

  #count(decision: Decision): void {
    const { proxy } = decision;
    const of = decision.type === 'rule-fired' ? decision.rule : decision.toxic;
    const key = keyOf(proxy, of);
    const count = this.#counts.get(key) ?? { proxy, of, rolled: 0, fired: 0 };
    count[decision.type === 'connection-rolled' ? 'rolled' : 'fired'] += 1;
    this.#counts.set(key, count);
  }

  #tell(key: string): void {
    const count = this.#counts.get(key);
    if (count === undefined) return;
    this.#counts.delete(key);
    this.#write({ type: 'decisions-counted', ...count });
  }
}

function keyOf(proxy: string, of: string): string {
  return JSON.stringify([proxy, of]);
}
