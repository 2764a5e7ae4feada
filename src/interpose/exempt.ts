let depth = 0;

/**
 * Runs `fn` so that TCP connects which it starts synchronously are never redirected nor broken by a fault.
 * For chaosx's own control traffic, probes and samplers; a connect after an `await` is outside of it.
 *
 * @returns what `fn` returns; what it throws is passed on
 * @example
 * ```ts
 * const socket = exempt(() => net.connect({ host, port }));
 * ```
 */
export function exempt<T>(fn: () => T): T {
  depth += 1;
  try {
    return fn();
  } finally {
    depth -= 1;
  }
}

/** True while the caller runs inside `exempt`. */
export function isExempt(): boolean {
  return depth > 0;
}
