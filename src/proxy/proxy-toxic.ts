import type { Way } from './connection.js';
import type { OnMessages, Settings, ToxicKind, Tuned } from './toxics/toxic-kind.js';

/** What a toxic is to be. */
export interface ToxicSpec {
  readonly name: string;
  readonly kind: ToxicKind;
  /** The direction as it was written, which is how it is shown. */
  readonly stream: string;
  /** The chance that it acts, on a connection or on a message. */
  readonly toxicity: number;
  /** What is rolled for: each connection (the default), or each chunk of bytes that comes. */
  readonly per?: 'connection' | 'message';
  readonly settings: Settings;
  /** Whether Toxiproxy's clients see it. */
  readonly isClassic: boolean;
  /** It goes by itself after so long; absent: it stays. */
  readonly durationMs?: number;
  /** It comes on gradually over so long. */
  readonly rampMs?: number;
}

/** A toxic of a proxy, whose settings may be changed while it acts. */
export class ProxyToxic implements Tuned<Settings> {
  readonly spec: Pick<ToxicSpec, 'name' | 'kind' | 'stream' | 'isClassic' | 'per' | 'durationMs' | 'rampMs'>;
  readonly way: Way;
  #toxicity: number;
  #asked: Settings;
  #settings: Settings;
  #share: number;

  constructor(spec: ToxicSpec) {
    this.spec = spec;
    this.way = spec.stream.toLowerCase() === 'upstream' ? 'from-target' : 'to-target';
    this.#toxicity = spec.toxicity;
    this.#asked = spec.settings;
    this.#share = spec.rampMs === undefined ? 1 : 0;
    this.#settings = this.#scaled();
  }

  get name(): string {
    return this.spec.name;
  }

  get kind(): ToxicKind {
    return this.spec.kind;
  }

  /** In force now. */
  get settings(): Settings {
    return this.#settings;
  }

  get asked(): { readonly settings: Settings; readonly toxicity: number } {
    return { settings: this.#asked, toxicity: this.#toxicity };
  }

  change(settings: Settings, toxicity: number): void {
    this.#asked = settings;
    this.#toxicity = toxicity;
    this.#settings = this.#scaled();
  }

  /** How far it has come on, from 0 to 1. */
  ramp(share: number): void {
    this.#share = share;
    this.#settings = this.#scaled();
  }

  /** How it acts on single messages, each with a roll of its own; null: connections are rolled for. */
  get onMessages(): OnMessages | null {
    const { kind, per } = this.spec;
    return per === 'message' && kind.acts === 'on-bytes' ? (kind.onMessages ?? null) : null;
  }

  /** Whether it acts on what has the roll `u`: the same answer as long as the toxicity is the same. */
  hits(u: number): boolean {
    return u < (this.kind.scaled === undefined ? this.#toxicity * this.#share : this.#toxicity);
  }

  /** Whether no connection is spared. */
  get hitsAll(): boolean {
    return this.hits(1 - Number.EPSILON);
  }

  #scaled(): Settings {
    if (this.#share >= 1 || this.kind.scaled === undefined) return this.#asked;
    return this.kind.scaled(this.#asked, this.#share);
  }
}
