import { ChaosError } from '../../model/chaos-error.js';
import type { Decide } from '../../model/decide.js';
import type { Happening } from '../proxy-event.js';
import type { RequestHead } from './head.js';
import type { HttpRule } from './http-rule.js';
import { endsExchange } from './plan.js';
import { type Fired, ProxyRule } from './proxy-rule.js';
import { checkedRule } from './rule-fields.js';

/** The rules of a proxy, in the order in which they look at a request. */
export class RuleSet implements Disposable {
  readonly #proxy: string;
  readonly #decide: Decide;
  readonly #emit: (happening: Happening) => void;
  readonly #expiries = new Map<ProxyRule, NodeJS.Timeout>();
  #rules: readonly ProxyRule[] = [];

  /** @param decide - of the proxy's seed */
  constructor(proxy: string, decide: Decide, emit: (happening: Happening) => void) {
    this.#proxy = proxy;
    this.#decide = decide;
    this.#emit = emit;
  }

  get all(): readonly ProxyRule[] {
    return this.#rules;
  }

  get(name: string): ProxyRule | undefined {
    return this.#rules.find((rule) => rule.name === name);
  }

  /** @throws ChaosError INVALID_INPUT */
  add(rule: HttpRule): ProxyRule {
    const checked = checkedRule(rule);
    const name = checked.name ?? this.#freeName(checked.fault.type);
    if (this.get(name) !== undefined) {
      throw new ChaosError('INVALID_INPUT', `there is a rule of the name ${JSON.stringify(name)} already`);
    }
    const added = new ProxyRule({ ...checked, name }, this.#proxy, this.#decide);
    this.#rules = [...this.#rules, added];
    this.#expire(added);
    this.#emit({ type: 'rule-added', rule: name });
    return added;
  }

  /** @throws ChaosError INVALID_INPUT */
  change(rule: ProxyRule, to: HttpRule): void {
    rule.change({ ...checkedRule(to), name: rule.name });
    this.#expire(rule);
    this.#emit({ type: 'rule-changed', rule: rule.name });
  }

  remove(rule: ProxyRule): void {
    this.#take(rule, 'rule-removed');
  }

  /** Every rule in its turn, up to one that ends the exchange. */
  meet(request: RequestHead, connection: number): readonly Fired[] {
    const fired: Fired[] = [];
    for (const rule of this.#rules) {
      const hit = rule.meet(request);
      if (hit === null) continue;
      fired.push(hit);
      const { method, target } = request;
      const { fault, n } = hit;
      this.#emit({
        type: 'rule-fired',
        rule: rule.name,
        fault: fault.type,
        connection,
        method,
        target,
        n,
      });
      if (endsExchange(hit)) break;
    }
    return fired;
  }

  [Symbol.dispose](): void {
    for (const expiry of this.#expiries.values()) clearTimeout(expiry);
  }

  #expire(rule: ProxyRule): void {
    clearTimeout(this.#expiries.get(rule));
    const { durationMs } = rule.rule;
    if (durationMs === undefined) return;
    const expiry = setTimeout(() => this.#take(rule, 'rule-expired'), durationMs);
    this.#expiries.set(rule, expiry.unref());
  }

  #take(rule: ProxyRule, type: 'rule-removed' | 'rule-expired'): void {
    if (!this.#rules.includes(rule)) return;
    this.#rules = this.#rules.filter((each) => each !== rule);
    clearTimeout(this.#expiries.get(rule));
    this.#expiries.delete(rule);
    this.#emit({ type, rule: rule.name });
  }

  #freeName(type: string): string {
    for (let n = 1; ; n += 1) {
      const name = n === 1 ? type : `${type}-${n}`;
      if (this.get(name) === undefined) return name;
    }
  }
}
