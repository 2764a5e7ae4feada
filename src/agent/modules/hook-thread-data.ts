import type { MessagePort } from 'node:worker_threads';

/** What the loader's thread is told. */
export interface HookThreadData {
  readonly root: string;
  readonly patterns: readonly string[];
  readonly port: MessagePort;
}

/** What it tells of a module that the target loads. */
export interface HookThreadNote {
  readonly file: string;
  readonly untouched?: string;
}
