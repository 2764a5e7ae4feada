import type { MessagePort } from 'node:worker_threads';
import type { CountedHandler } from './with-handler-counters.js';

/** What the loader's thread is told. */
export interface HookThreadData {
  readonly root: string;
  readonly patterns: readonly string[];
  /** Of files whose handlers of errors count. */
  readonly handlers: readonly string[];
  readonly port: MessagePort;
}

/** What it tells of a module that the target loads. */
export interface HookThreadNote {
  readonly file: string;
  readonly untouched?: string;
  /** Its handlers of errors, or why they do not count. */
  readonly handlers?: readonly CountedHandler[] | string;
}
