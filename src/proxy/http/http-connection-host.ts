import type { RequestHead } from './head.js';
import type { Plan } from './plan.js';

/** What a connection asks of its proxy, and tells it. */
export interface HttpConnectionHost {
  /** What the rules have for a request. */
  meet(request: RequestHead): Plan;
  /** Whether a client may stay whose upstream cannot be reached. */
  mayAnswer(): boolean;
  answered(status: number): void;
  aborted(): void;
  notHttp(): void;
  spared(rule: string, why: string): void;
  /** Something of ours. */
  failed(error: unknown): void;
  closed(): void;
}
