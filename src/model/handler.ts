/**
 * What handles errors in a module: a `catch` block; a function given to `.catch(…)`, or second to `.then(…, …)`; a
 * function that listens to `error`.
 */
export type HandlerKind = 'catch-block' | 'rejection-handler' | 'error-listener';

/** Where a handler stands in the target's own source, as far as a source map of the module tells. */
export interface HandlerPlace {
  /** Below the target's folder, with `/`. */
  readonly file: string;
  /** From 1. */
  readonly line: number;
  /** From 1, in UTF-16 code units. */
  readonly column: number;
  readonly kind: HandlerKind;
}

/** A handler that was found, and how often it ran. */
export interface HandlerCount extends HandlerPlace {
  /** False: whether it runs cannot be told, for it is no function that stands in the module. The counts are 0 then. */
  readonly told: boolean;
  readonly ran: number;
  /** Of these, how often it ended, neither throwing nor ever having used the error: no code of it reads it. */
  readonly swallowed: number;
  /** Of these, how often by an error that carries the mark of chaosx, or was caused by one. */
  readonly injected: number;
}
