import type { DatagramOutlet, DatagramStage } from '../udp/datagram-stage.js';
import type { Outlet, Stage } from './stage.js';

/** What an attribute may be: whole numbers (also beyond zero), numbers, or one of some words (the first by default). */
export type AttributeKind = 'integer' | 'number' | readonly string[];

export type Settings = Readonly<Record<string, number | string>>;

/** A toxic as its stages see it: its settings may be others the next time they look. */
export interface Tuned<S extends Settings> {
  readonly settings: S;
}

/** Takes the n-th seeded choice of a toxic on a connection, from 0, that took effect, and what happened. */
export type Fired = (n: number, effect: string) => void;

/** Uniform numbers in [0, 1) that hang on (seed, proxy, connection, toxic) and a rule, and so can be had again. */
export type Draws = (rule: string) => (n: number) => number;

/** The seeded choices of one toxic on one connection. */
export interface Choices {
  readonly draws: Draws;
  readonly fired: Fired;
}

/**
 * How a toxic can act on single chunks: on any of them, the others pass it in their order (`any`: it keeps all bytes);
 * or on all from one on (`all-from`: it ends the connection).
 */
export type OnMessages = 'any' | 'all-from';

interface Kind<S extends Settings> {
  readonly type: string;
  /** Whether Toxiproxy has it, so that its clients may see it. */
  readonly isClassic: boolean;
  /** In the order in which they are shown. */
  readonly attributes: { readonly [K in keyof S]: AttributeKind };
  /** What is not 0 (or the first word) when it is not given. */
  readonly defaults?: Partial<S>;
  /** Attributes that Toxiproxy does not have: shown and taken only under our own path. */
  readonly own?: readonly (keyof S)[];
  /** What is wrong with settings, as the end of a sentence; null: nothing. */
  problem?(settings: S): string | null;
  /** Settings of `share` (0 to 1) of the effect, while it ramps up. Without it, the toxicity ramps. */
  scaled?(settings: S, share: number): S;
}

/** A kind of toxic that works on the bytes of one direction of a connection. */
export interface StreamToxicKind<S extends Settings = Settings> extends Kind<S> {
  readonly acts: 'on-bytes';
  /** @param isNew - false for a connection that was there when the toxic came */
  start(toxic: Tuned<S>, outlet: Outlet, choices: Choices, isNew: boolean): Stage;
  /** Absent: a chance for each message makes no sense. */
  readonly onMessages?: OnMessages;
}

/** What becomes of a new connection: how long its dial waits, or a reset. */
export type Admission = { readonly dialDelayMs: number } | 'reset';

/** A kind of toxic that works on connections before they are made. */
export interface DoorToxicKind<S extends Settings = Settings> extends Kind<S> {
  readonly acts: 'on-connects';
  /** While it is there, nobody listens. */
  readonly shutsPort?: boolean;
  /** Decides about each new connection in turn; `nowMs` is when it came. */
  door(toxic: Tuned<S>): (nowMs: number) => Admission;
}

/** A kind of toxic that works on the datagrams of one direction of a UDP session. */
export interface DatagramToxicKind<S extends Settings = Settings> extends Kind<S> {
  readonly acts: 'on-datagrams';
  start(toxic: Tuned<S>, outlet: DatagramOutlet, draws: Draws): DatagramStage;
}

export type ToxicKind = StreamToxicKind | DoorToxicKind | DatagramToxicKind;

/** All attributes of a kind, as they are when none is given. */
export function defaultSettings(kind: ToxicKind): Settings {
  const plain = Object.fromEntries(
    Object.entries(kind.attributes).map(([name, of]) => [name, typeof of === 'string' ? 0 : (of[0] ?? '')]),
  );
  return { ...plain, ...(kind.defaults as Settings | undefined) };
}

/** Whether single messages can be rolled for. */
export function canBePerMessage(kind: ToxicKind): boolean {
  return kind.acts === 'on-bytes' && kind.onMessages !== undefined;
}

/** Why not, as the end of a sentence. */
export function notPerMessage(type: string): string {
  return `expected per to be connection, got message: ${type} does not act on single messages`;
}
