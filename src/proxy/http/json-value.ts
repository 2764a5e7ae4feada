/** The steps of a path into a JSON value: `a.b[0]` is a, b, 0. Null when it is not a path. */
export function jsonPath(text: string): readonly (string | number)[] | null {
  if (!/^(?:[^.[\]]+|\[\d+\])(?:\.[^.[\]]+|\[\d+\])*$/.test(text)) return null;
  return [...text.matchAll(/\[(\d+)\]|[^.[\]]+/g)].map(([step, index]) =>
    index === undefined ? step : Number(index),
  );
}

/**
 * A JSON value with another value at a path; the last step may be new in its object.
 *
 * @returns undefined when the path leads nowhere
 */
export function withValueAt(json: unknown, path: readonly (string | number)[], value: unknown): unknown {
  const [step, ...rest] = path;
  if (step === undefined) return value;
  if (typeof json !== 'object' || json === null) return undefined;
  if (Array.isArray(json) !== (typeof step === 'number')) return undefined;
  const inside = withValueAt(
    Object.hasOwn(json, step) ? (json as Record<string, unknown>)[step] : undefined,
    rest,
    value,
  );
  if (inside === undefined) return undefined;
  if (Array.isArray(json)) return Number(step) < json.length ? json.with(Number(step), inside) : undefined;
  return { ...json, [step]: inside };
}
