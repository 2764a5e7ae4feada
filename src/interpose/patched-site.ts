import { ChaosError } from '../model/chaos-error.js';
import { type PatchInPlace, patchesInPlace } from './active-patches.js';
import { applyFunction, withCommonCall } from './apply-function.js';
import { isExempt } from './exempt.js';
import type { CallSite } from './find-call-sites.js';
import { type FunctionShape, shapeOf } from './function-shape.js';
import { isPromise } from './is-promise.js';
import { type Callable, type Gate, keepAdded, wrapFunction } from './wrap-function.js';

/** One call that a layer acts on. */
export interface InterceptedCall {
  readonly thisArg: unknown;
  readonly args: readonly unknown[];
  readonly shape: FunctionShape;
  /**
   * How the function answers: known for async functions, else learned from the calls that passed through.
   * `unknown` until a first one has.
   */
  readonly answers: 'promise' | 'value' | 'unknown';
  /** What the generators of a generator function inherit from. */
  readonly prototype: object | null;
  /** Makes the real call, through the layers below. `args`: instead of those that the caller gave. */
  proceed(args?: readonly unknown[]): unknown;
}

/** One fault on one site: chooses calls, then acts on them. */
export interface Layer {
  /** The number of the call when it is to be hit, else -1. `constructed`: it came through `new`. */
  select(args: readonly unknown[], constructed: boolean, thisArg: unknown): number;
  act(n: number, call: InterceptedCall): unknown;
  /** Told of calls that passed by, with what they answered: for effects that need what came before. Must not throw. */
  saw?(args: readonly unknown[], thisArg: unknown, answer: unknown): void;
}

/** What became of a site when a layer left it. */
export type Detached =
  /** The original is back, or other layers are still on the site. */
  | 'done'
  /** Somebody put another function in our place since; ours passes every call on. */
  | 'changed'
  /** The object does not let go of our function; it passes every call on. */
  | 'refused';

/** A layer's place on a site. */
export interface Attachment {
  readonly site: CallSite;
  /** True while callers find our function at the site. */
  inPlace(): boolean;
  /** Takes the layer out of the way of calls for good; an otherwise unused site costs one test a call. */
  rest(): void;
  /** Idempotent; after `changed` or `refused` it may be tried again. */
  detach(): Detached;
}

interface Link {
  readonly layer: Layer;
  readonly below: Link | null;
}

const siteOfWrapper = new WeakMap<Callable, PatchedSite>();

/** The function that a value of ours stands in for, however often it was patched; any other value as it is. */
export function originalOf(value: unknown): unknown {
  const patched = siteOfWrapper.get(value as Callable);
  return patched === undefined ? value : originalOf(patched.original);
}

/**
 * Puts a layer on a site, above those that are there, patching it if it is the first.
 *
 * @throws ChaosError INJECTION_FAILED when there is no function there any more, or the object refuses
 */
export function attachLayer(site: CallSite, layer: Layer): Attachment {
  const { value } = Reflect.getOwnPropertyDescriptor(site.holder, site.key) ?? {};
  const known = siteOfWrapper.get(value as Callable);
  const patched = known?.isAt(site) ? known : new PatchedSite(site);
  patched.know(site);
  return patched.attach(layer);
}

class PatchedSite implements PatchInPlace {
  #site: CallSite;
  /** As it was before us; undefined when the function was inherited. */
  readonly #own: PropertyDescriptor | undefined;
  readonly #original: Callable;
  readonly #callable: Callable;
  readonly #shape: FunctionShape;
  readonly #gate: Gate & { top: Link | null } = { top: null };
  readonly #wrapper: Callable;
  /** In the order of their coming. */
  #layers: readonly Layer[] = [];
  readonly #resting = new Set<Layer>();
  #answers: InterceptedCall['answers'];

  constructor(site: CallSite) {
    this.#site = site;
    this.#own = Reflect.getOwnPropertyDescriptor(site.holder, site.key);
    const original: unknown = (this.#own ?? inherited(site))?.value;
    if (typeof original !== 'function') {
      throw new ChaosError(
        'INJECTION_FAILED',
        `expected ${site.name} to be a function, got ${typeof original}`,
        {
          hint: 'the component changed after it was looked at: give the fault a component that stays',
        },
      );
    }
    this.#original = original as Callable;
    this.#callable = withCommonCall(this.#original);
    const inner = siteOfWrapper.get(this.#original);
    this.#shape = inner === undefined ? shapeOf(this.#original) : inner.#shape;
    this.#answers = this.#shape === 'async' ? 'promise' : 'unknown';
    this.#wrapper = wrapFunction(this.#original, this.#gate, (thisArg, args, newTarget) =>
      this.#call(this.#gate.top, thisArg, args, newTarget),
    );
    siteOfWrapper.set(this.#wrapper, this);
  }

  get original(): Callable {
    return this.#original;
  }

  isAt(site: CallSite): boolean {
    return this.#site.holder === site.holder && this.#site.key === site.key;
  }

  /** A function of the platform may be patched as one of an object first. */
  know(site: CallSite): void {
    if (this.#site.platform !== undefined || site.platform === undefined) return;
    this.#site = site;
    if (this.#inPlace()) site.platform.changed(true);
  }

  isBack(): boolean {
    return this.#layers.length === 0 && this.#isAsBefore();
  }

  describe(): string {
    if (this.#layers.length > 0) return this.#site.name;
    return this.#inPlace()
      ? `${this.#site.name} (it could not be put back; our function passes every call on)`
      : `${this.#site.name} (something else changed it during the fault; our function may be inside, passing every call on)`;
  }

  attach(layer: Layer): Attachment {
    if (!this.#inPlace()) this.#install();
    patchesInPlace.add(this);
    this.#layers = [...this.#layers, layer];
    this.#link();
    return {
      site: this.#site,
      inPlace: () => this.#inPlace(),
      rest: () => {
        this.#resting.add(layer);
        this.#link();
      },
      detach: () => {
        this.#layers = this.#layers.filter((other) => other !== layer);
        this.#resting.delete(layer);
        this.#link();
        return this.#layers.length === 0 && patchesInPlace.has(this) ? this.#restore() : 'done';
      },
    };
  }

  #link(): void {
    let top: Link | null = null;
    for (const layer of this.#layers) {
      if (!this.#resting.has(layer)) top = { layer, below: top };
    }
    this.#gate.top = top;
  }

  #inPlace(): boolean {
    const { holder, key } = this.#site;
    return Reflect.getOwnPropertyDescriptor(holder, key)?.value === this.#wrapper;
  }

  #install(): void {
    const { holder, key, name } = this.#site;
    // Not enumerable where it hides an inherited function: `Object.keys` and copies of the object stay as they were.
    const during = {
      ...(this.#own ?? { writable: true, enumerable: false, configurable: true }),
      value: this.#wrapper,
    };
    if (Reflect.defineProperty(holder, key, during) && this.#inPlace()) {
      this.#site.platform?.changed(true);
      return;
    }
    throw new ChaosError('INJECTION_FAILED', `${name} could not be patched: the object refused it`, {
      hint: 'choose other methods, or give a component that is neither frozen nor a strict proxy',
    });
  }

  #restore(): Detached {
    const { holder, key } = this.#site;
    if (this.#isAsBefore()) {
      patchesInPlace.delete(this);
      return 'done';
    }
    if (!this.#inPlace()) return 'changed';
    keepAdded(this.#wrapper, this.#original);
    if (this.#own === undefined) Reflect.deleteProperty(holder, key);
    else Reflect.defineProperty(holder, key, this.#own);
    this.#site.platform?.changed(false);
    if (!this.#isAsBefore()) return 'refused';
    patchesInPlace.delete(this);
    return 'done';
  }

  /** True when the own property is what it was before us, in every part. */
  #isAsBefore(): boolean {
    const { holder, key } = this.#site;
    return sameProperty(Reflect.getOwnPropertyDescriptor(holder, key), this.#own);
  }

  #call(
    top: Link | null,
    thisArg: unknown,
    args: readonly unknown[],
    newTarget: Callable | undefined,
  ): unknown {
    if (!isExempt()) {
      for (let at = top; at !== null; at = at.below) {
        const n = at.layer.select(args, newTarget !== undefined, thisArg);
        if (n !== -1) return this.#hit(at, n, thisArg, args, newTarget);
      }
    }
    const { platform } = this.#site;
    const answer: unknown =
      platform === undefined
        ? this.#callOriginal(thisArg, args, newTarget)
        : platform.enclose(() => this.#callOriginal(thisArg, args, newTarget));
    if (this.#answers !== 'promise') this.#answers = isPromise(answer) ? 'promise' : 'value';
    if (newTarget === undefined) {
      for (let at = top; at !== null; at = at.below) at.layer.saw?.(args, thisArg, answer);
    }
    return answer;
  }

  #callOriginal(thisArg: unknown, args: readonly unknown[], newTarget: Callable | undefined): unknown {
    return newTarget === undefined
      ? applyFunction(this.#callable, thisArg, args)
      : Reflect.construct(this.#original, args, newTarget);
  }

  #hit(
    at: Link,
    n: number,
    thisArg: unknown,
    args: readonly unknown[],
    newTarget: Callable | undefined,
  ): unknown {
    const { prototype } = this.#original as { prototype?: unknown };
    return at.layer.act(n, {
      thisArg,
      args,
      shape: this.#shape,
      answers: newTarget === undefined ? this.#answers : 'value',
      prototype: typeof prototype === 'object' ? prototype : null,
      proceed: (instead = args) => this.#call(at.below, thisArg, instead, newTarget),
    });
  }
}

function inherited({ holder, key }: CallSite): PropertyDescriptor | undefined {
  for (let at = Reflect.getPrototypeOf(holder); at !== null; at = Reflect.getPrototypeOf(at)) {
    const descriptor = Reflect.getOwnPropertyDescriptor(at, key);
    if (descriptor !== undefined) return descriptor;
  }
  return undefined;
}

function sameProperty(a: PropertyDescriptor | undefined, b: PropertyDescriptor | undefined): boolean {
  if (a === undefined || b === undefined) return a === b;
  return (['value', 'get', 'set', 'writable', 'enumerable', 'configurable'] as const).every((part) =>
    Object.is(a[part], b[part]),
  );
}
