/** A function of which nothing is known. */
export type Callable = (this: unknown, ...args: unknown[]) => unknown;

/** Open (`top` is null): calls pass straight to the original. Closed: they go to the interceptor. */
export interface Gate {
  top: object | null;
}

/** Takes a call while the gate is closed. `newTarget` is undefined unless the function is constructed. */
export type Intercept = (thisArg: unknown, args: unknown[], newTarget: Callable | undefined) => unknown;

/**
 * A stand-in for a function that nobody can tell from it by calling, constructing or reading it: `this`, arguments and
 * their count, `new.target`, `name`, `length`, prototype and own properties are the original's. Only `toString` differs.
 *
 * One shape serves every arity. A rest parameter keeps the count of arguments, and V8 forwards it without making an
 * array while the gate is open: measured on Node 20 and 24 it costs less than, or the same as, closures of fixed arity,
 * which must test `arguments.length` (bench/in-process.mjs).
 */
export function wrapFunction(original: Callable, gate: Gate, intercept: Intercept): Callable {
  const wrapper = isConstructible(original)
    ? constructible(original, gate, intercept)
    : callableOnly(original, gate, intercept);
  mirror(original, wrapper);
  return wrapper;
}

// Two habits of V8 shape what follows. It takes constants of a known closure into optimised code, and so inlines the
// original as if it had been called directly, however many other functions are wrapped; parameters it reads again at
// each call. And it makes an array of the rest parameter as soon as one branch needs it: the branch that does is a
// function of its own, so that this one only ever passes the arguments on.

function callableOnly(...parts: readonly [Callable, Gate, Intercept]): Callable {
  const [original, gate, intercept] = parts;
  const intercepted = function (this: unknown, ...args: unknown[]): unknown {
    return intercept(this, args, undefined);
  };
  // A method, for it has no `prototype` and cannot be constructed, as its original.
  const holder = {
    wrapper(this: unknown, ...args: unknown[]): unknown {
      if (gate.top !== null) return Reflect.apply(intercepted, this, args);
      return Reflect.apply(original, this, args);
    },
  };
  // oxlint-disable-next-line typescript/unbound-method -- each caller gives it its own `this`
  return holder.wrapper;
}

function constructible(...parts: readonly [Callable, Gate, Intercept]): Callable {
  const [original, gate, intercept] = parts;
  const called = callableOnly(...parts);
  return function wrapper(this: unknown, ...args: unknown[]): unknown {
    if (new.target === undefined) return Reflect.apply(called, this, args);
    // A subclass stays the target; otherwise the original must not see that it was wrapped.
    const newTarget = (new.target as unknown) === wrapper ? original : new.target;
    if (gate.top !== null) return intercept(undefined, args, newTarget);
    return Reflect.construct(original, args, newTarget) as unknown;
  };
}

function isConstructible(fn: Callable): boolean {
  try {
    // Runs Object, not the function: only whether it may be a `new.target` is asked.
    Reflect.construct(Object, [], fn);
    return true;
  } catch {
    return false;
  }
}

/** Gives the wrapper the original's prototype and own properties. State stays in one place: the original. */
function mirror(original: Callable, wrapper: Callable): void {
  Object.setPrototypeOf(wrapper, Object.getPrototypeOf(original) as object | null);
  for (const key of Reflect.ownKeys(wrapper)) {
    if (Object.hasOwn(original, key)) continue;
    // Bound functions have no `prototype`, where ours cannot lose it: it reads the same.
    if (key === 'prototype') Reflect.set(wrapper, key, undefined);
    else Reflect.deleteProperty(wrapper, key);
  }
  for (const key of Reflect.ownKeys(original)) {
    const found = Reflect.getOwnPropertyDescriptor(original, key);
    if (found !== undefined) Reflect.defineProperty(wrapper, key, mirrored(original, key, found));
  }
}

function mirrored(original: Callable, key: PropertyKey, found: PropertyDescriptor): PropertyDescriptor {
  // `prototype` cannot become an accessor; what is read-only cannot change.
  if (key === 'prototype' || found.writable === false) return found;
  const { enumerable = false, configurable = false } = found;
  const writable = found.writable === true || found.set !== undefined;
  return {
    enumerable,
    configurable,
    get: () => Reflect.get(original, key) as unknown,
    ...(writable ? { set: (value: unknown) => void Reflect.set(original, key, value) } : {}),
  };
}

/** Moves properties that were added to the wrapper while it stood in over to the original. */
export function keepAdded(wrapper: Callable, original: Callable): void {
  for (const key of Reflect.ownKeys(wrapper)) {
    const added = Reflect.getOwnPropertyDescriptor(wrapper, key);
    if (added !== undefined && !Object.hasOwn(original, key)) Reflect.defineProperty(original, key, added);
  }
}
