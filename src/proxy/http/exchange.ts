import type { RequestHead } from './head.js';
import type { Plan } from './plan.js';

/** A request and what is to become of it, in the order in which requests came. */
export class Exchange {
  readonly request: RequestHead;
  readonly plan: Plan;
  /** The request may be answered without the upstream. */
  readonly received: Promise<void>;
  /** Whether the connection carries no more messages after the answer to it. */
  readonly upgraded: Promise<boolean>;
  readonly setReceived: () => void;
  readonly setUpgraded: (isUpgraded: boolean) => void;

  constructor(request: RequestHead, plan: Plan) {
    this.request = request;
    this.plan = plan;
    let setReceived = () => {};
    let setUpgraded = (_isUpgraded: boolean) => {};
    this.received = new Promise((resolve) => {
      setReceived = resolve;
    });
    this.upgraded = new Promise((resolve) => {
      setUpgraded = resolve;
    });
    this.setReceived = setReceived;
    this.setUpgraded = setUpgraded;
  }

  /** Whether the upstream never learns of it. */
  get isOurs(): boolean {
    return this.plan.ending !== null && this.plan.ending.moment !== 'after';
  }

  get expectsContinue(): boolean {
    return this.request.lists('expect', '100-continue');
  }

  /** Whether an answer of ours is the last one of its connection. */
  get isLast(): boolean {
    const { request } = this;
    if (request.lists('connection', 'close') || request.method === 'CONNECT') return true;
    if (request.isHttp10 && !request.lists('connection', 'keep-alive')) return true;
    // Whether the body that it waits to send still comes, nobody can tell.
    return this.isOurs && this.expectsContinue;
  }
}
