import type { Decide } from '../../model/decide.js';
import { systemClock } from '../../model/system-clock.js';
import type { RequestHead } from './head.js';
import type { HttpFault, HttpRule } from './http-rule.js';
import { matchesRequest } from './matches-request.js';

/** A rule that fired for a request. */
export interface Fired {
  readonly rule: string;
  readonly fault: HttpFault;
  /** The how-manieth request (from 0) that fitted the rule. */
  readonly n: number;
  /** Uniform in [0, 1), for the fault's own choices about this request. */
  readonly draw: (n: number) => number;
  /** How far it has come on, from 0 to 1. */
  readonly share: number;
}

/** Targets whose requests are counted one by one; past that, counting begins anew. */
const mostTargets = 10_000;

/** A rule of a proxy with what it has met. */
export class ProxyRule {
  readonly name: string;
  matched = 0;
  fired = 0;
  readonly #site: string;
  readonly #decide: Decide;
  readonly #byTarget = new Map<string, number>();
  #rule: HttpRule;
  #beganMs = systemClock.nowMs();

  /** @param decide - of the proxy's seed */
  constructor(rule: HttpRule & { readonly name: string }, proxy: string, decide: Decide) {
    this.name = rule.name;
    this.#rule = rule;
    this.#site = `${proxy} ${rule.name}`;
    this.#decide = decide;
  }

  get rule(): HttpRule {
    return this.#rule;
  }

  /** What it has met stays, its time begins anew. */
  change(rule: HttpRule): void {
    this.#rule = rule;
    this.#beganMs = systemClock.nowMs();
  }

  /**
   * What it does to a request. Chance hangs on the seed, the method and target, and how many requests of these there
   * were: which ones among concurrent requests come first does not matter.
   */
  meet(head: RequestHead): Fired | null {
    const { match = {}, fault, probability = 1, atMost = Number.POSITIVE_INFINITY } = this.#rule;
    if (!matchesRequest(match, head)) return null;
    const n = this.matched;
    this.matched += 1;
    const target = `${head.method} ${head.target}`;
    const nOfTarget = this.#count(target);
    if (!this.#isAbout(n) || this.fired >= atMost) return null;
    const share = this.#share();
    const site = `${this.#site} ${target}`;
    const chance = fault.type === 'delay' ? probability : probability * share;
    if (this.#decide('http-rule', site, nOfTarget) >= chance) return null;
    this.fired += 1;
    const draw = this.#decide.at('http-fault', `${site} ${nOfTarget}`);
    return { rule: this.name, fault, n, draw, share };
  }

  #isAbout(n: number): boolean {
    const { afterN = 0, firstN = Number.POSITIVE_INFINITY, everyNth = 1 } = this.#rule;
    return n >= afterN && n < afterN + firstN && (n - afterN + 1) % everyNth === 0;
  }

  #share(): number {
    const { rampMs } = this.#rule;
    return rampMs === undefined ? 1 : Math.min(1, (systemClock.nowMs() - this.#beganMs) / rampMs);
  }

  #count(target: string): number {
    if (this.#byTarget.size >= mostTargets && !this.#byTarget.has(target)) this.#byTarget.clear();
    const n = this.#byTarget.get(target) ?? 0;
    this.#byTarget.set(target, n + 1);
    return n;
  }
}
